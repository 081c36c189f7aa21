import { transcript } from './transcript.ts'

/** The pod's whole nft ruleset: chains whose names begin with a digit cannot be named on nft's command line. A chain and a counter per target: 1000 targets are 0.4 MB. */
export const nftRuleset = transcript('nft-ruleset', run => run(['nft', '-j', 'list', 'ruleset'], { maxBytes: 4 << 20 }))

/** The same ruleset by another command (`-a` adds handles, which JSON has anyway): equal commands run once per pass. Asked in the second wave, for its counters. */
export const nftRulesetAgain = transcript('nft-ruleset-again', run => run(['nft', '-j', '-a', 'list', 'ruleset'], { maxBytes: 4 << 20 }))
