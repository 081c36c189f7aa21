import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiBed, openApiBed } from './bed.ts'

let bed: ApiBed
beforeAll(async () => void (bed = await openApiBed()))
afterAll(() => bed.close())

/** the status of a GET whose target is sent as it stands */
const statusOf = (target: string): Promise<number | undefined> => new Promise((resolve, reject) => {
  const { hostname, port } = new URL(bed.api.url)
  request({ hostname, port, path: target }, response => resolve(response.resume().statusCode)).on('error', reject).end()
})

test.each(['/v1/checks', '/%761/checks', '/v%31/checks', '/v1%2Fchecks', 'http://elsewhere/v1/checks', 'http://elsewhere/%761/findings', '/v1/checks?x=/healthz'])('no spelling of a path goes past the door: %s', async target => {
  expect([401, 404]).toContain(await statusOf(target))
})
