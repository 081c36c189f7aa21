import { expect, test } from 'vitest'
import { parseBirdProtocols } from '#parsers/bird-protocols.ts'
import { rawReply } from './bird-recordings.ts'

test('a whole BGP protocol of BIRD 3', () => {
  const found = parseBirdProtocols(rawReply('3.1.7', 'healthy-bgp-bfd', 'show protocols all "NBR-*"'))[0]
  expect(found).toMatchInlineSnapshot(`
    {
      "bgp": {
        "holdTimer": {
          "leftS": 1.746,
          "totalS": 3,
        },
        "keepaliveTimer": {
          "leftS": 0.801,
          "totalS": 1,
        },
        "line": 4,
        "localAs": 8103,
        "localCapabilities": [
          "Multiprotocol (AF announced: ipv4)",
          "Route refresh",
          "4-octet AS numbers",
          "Enhanced refresh",
        ],
        "neighborAddress": "169.254.100.150",
        "neighborAs": 4248829953,
        "neighborCapabilities": [
          "Multiprotocol (AF announced: ipv4 ipv6)",
          "Route refresh",
          "4-octet AS numbers",
          "Enhanced refresh",
        ],
        "neighborGracefulRestart": false,
        "neighborId": "169.254.100.150",
        "neighborInterface": "ext-vlan0",
        "neighborPort": 10179,
        "other": [],
        "sendHoldTimer": {
          "leftS": 5.008,
          "totalS": 6,
        },
        "session": "external AS4",
        "sourceAddress": "169.254.100.1",
        "state": "Established",
        "txPending": "0 bytes",
      },
      "channels": [
        {
          "bgpNextHops": [
            "169.254.100.1",
          ],
          "exportState": "READY",
          "exportUpdates": {
            "accepted": 2,
            "filtered": 0,
            "ignored": 0,
            "limit": 0,
            "received": 3,
            "rejected": 1,
          },
          "exportWithdraws": {
            "accepted": 0,
            "ignored": 0,
            "received": 0,
          },
          "importState": "UP",
          "importUpdates": {
            "accepted": 1,
            "filtered": 0,
            "ignored": 0,
            "limit": 0,
            "received": 1,
            "rejected": 0,
            "rxLimit": 0,
          },
          "importWithdraws": {
            "accepted": 0,
            "ignored": 0,
            "received": 0,
            "rejected": 0,
          },
          "inputFilter": "cluster_breakout",
          "line": 28,
          "name": "ipv4",
          "other": [],
          "outputFilter": "cluster_access",
          "pending": {
            "attributeSets": 0,
            "prefixes": 0,
          },
          "preference": 100,
          "routes": {
            "exported": 2,
            "imported": 1,
            "line": 36,
            "preferred": 1,
          },
          "state": "UP",
          "table": "master4",
        },
      ],
      "created": "02:55:15.907",
      "info": "Established",
      "line": 2,
      "name": "NBR-gateway-v4-a",
      "other": [],
      "proto": "BGP",
      "since": "02:55:19.716",
      "state": "up",
    }
  `)
})

test('a BGP protocol of BIRD 2 that was refused', () => {
  const found = parseBirdProtocols(rawReply('2.0.12', 'bgp-connection-refused', 'show protocols all "NBR-*"'))[0]
  expect(found).toMatchInlineSnapshot(`
    {
      "bgp": {
        "connectDelay": {
          "leftS": 3.748,
          "totalS": 5,
        },
        "lastError": {
          "line": 8,
          "text": "Socket: Connection refused",
        },
        "line": 3,
        "localAs": 8103,
        "neighborAddress": "169.254.100.150",
        "neighborAs": 4248829953,
        "neighborGracefulRestart": false,
        "neighborInterface": "ext-vlan0",
        "other": [],
        "state": "Active",
      },
      "channels": [
        {
          "inputFilter": "cluster_breakout",
          "line": 9,
          "name": "ipv4",
          "other": [],
          "outputFilter": "cluster_access",
          "preference": 100,
          "state": "DOWN",
          "table": "master4",
        },
      ],
      "info": "Active        Socket: Connection refused",
      "line": 2,
      "name": "NBR-gateway-v4-a",
      "other": [],
      "proto": "BGP",
      "since": "02:56:20.104",
      "state": "start",
    }
  `)
})

test('no protocol matches: none', () => {
  expect(parseBirdProtocols(rawReply('2.0.12', 'healthy-bgp-bfd', 'show protocols all "XX-*"'))).toEqual([])
})
