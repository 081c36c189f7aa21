import { stringify } from 'yaml'

/** How a client reaches the double. */
export interface ClientConfig {
  url: string
  caPem: string
  token: string
}

/** A kubeconfig with one context, as YAML text; everything is in the text, no file is referred to. */
export function kubeconfigText({ url, caPem, token }: ClientConfig, { user, context }: { user: string; context: string }): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: context, cluster: { server: url, 'certificate-authority-data': Buffer.from(caPem).toString('base64') } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: context, context: { cluster: context, user, namespace: 'default' } }],
    'current-context': context,
  })
}
