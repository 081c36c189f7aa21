import type { KubeClient } from './client.ts'

/** Node name → the images its kubelet says it holds, by every name they have there. */
export type ImagesOfNodes = ReadonlyMap<string, { readonly count: number; readonly names: ReadonlySet<string> }>

interface NodeList {
  readonly items: readonly { readonly metadata: { readonly name: string }; readonly status?: { readonly images?: readonly { readonly names?: readonly string[] }[] } }[]
  readonly metadata?: { readonly continue?: string }
}

/** Lists nodes for their images, which the watch does not keep. Names as people write them: `docker.io/library/x:1` is also `x:1`. @throws {KubeError} */
export async function imagesOfNodes(client: Pick<KubeClient, 'request'>, signal: AbortSignal): Promise<ImagesOfNodes> {
  const found = new Map<string, { count: number; names: Set<string> }>()
  let token: string | undefined
  do {
    const page = await client.request<NodeList>({ path: '/api/v1/nodes', query: { limit: 100, continue: token }, signal })
    for (const { metadata, status: { images = [] } = {} } of page.items) {
      found.set(metadata.name, { count: images.length, names: new Set(images.flatMap(({ names = [] }) => names).flatMap(name => [name, short(name)])) })
    }
    token = page.metadata?.continue || undefined
  } while (token)
  return found
}

function short(name: string): string {
  return name.replace(/^docker\.io\/(?:library\/)?/, '')
}
