/** Recorded pods by the fixtures' short names. */
export const pxA = 'proxy-load-balancer-5slff'
export const pxB = 'proxy-load-balancer-q6n5n'
export const tg = (number: number): string => `meridio-app-74f796dd77-tg-${number}`
