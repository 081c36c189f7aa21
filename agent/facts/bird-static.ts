import { parseBirdStatic } from '#parsers/bird-static.ts'
import { onlyKnown } from './arguments.ts'
import { askBird } from './bird-ask.ts'
import { defineFact, FactError, type Params } from './fact.ts'

export type BirdStaticParams = { readonly protocol: string }

/** Routes of one static protocol, with what BIRD cannot use now: `dormant` is all that tells a dead static gateway. */
export const birdStatic = defineFact({
  id: 'bird-static',
  version: 1,
  params: checkedParams,
  // BIRD reads a name with a dash only in its own quotes
  read: (run, { protocol }: BirdStaticParams) => askBird(run, ['birdc', 'show', 'static', `'${protocol}'`], parseBirdStatic),
})

function checkedParams(given: Params): BirdStaticParams {
  onlyKnown('bird-static', given, ['protocol'])
  const { protocol } = given
  if (typeof protocol !== 'string' || !/^[A-Za-z0-9_.:-]{1,64}$/.test(protocol)) throw new FactError('refused', `protocol must be the name of a BIRD protocol, got ${JSON.stringify(protocol)}`)
  return { protocol }
}
