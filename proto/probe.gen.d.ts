import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace trenchscope. */
export namespace trenchscope {

    /** Namespace probe. */
    namespace probe {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a Frame.
             * @deprecated Use trenchscope.probe.v1.Frame.$Properties instead.
             */
            interface IFrame extends trenchscope.probe.v1.Frame.$Properties {
            }

            /** Represents a Frame. */
            class Frame {

                /**
                 * Constructs a new Frame.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Frame.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Frame hello. */
                hello?: (trenchscope.probe.v1.Hello.$Properties|null);

                /** Frame challenge. */
                challenge?: (trenchscope.probe.v1.Challenge.$Properties|null);

                /** Frame proof. */
                proof?: (trenchscope.probe.v1.Proof.$Properties|null);

                /** Frame welcome. */
                welcome?: (trenchscope.probe.v1.Welcome.$Properties|null);

                /** Frame goodbye. */
                goodbye?: (trenchscope.probe.v1.Goodbye.$Properties|null);

                /** Frame ask. */
                ask?: (trenchscope.probe.v1.Ask.$Properties|null);

                /** Frame cancel. */
                cancel?: (trenchscope.probe.v1.Cancel.$Properties|null);

                /** Frame ping. */
                ping?: (trenchscope.probe.v1.Ping.$Properties|null);

                /** Frame lease. */
                lease?: (trenchscope.probe.v1.Lease.$Properties|null);

                /** Frame successor. */
                successor?: (trenchscope.probe.v1.Successor.$Properties|null);

                /** Frame record. */
                record?: (trenchscope.probe.v1.Record.$Properties|null);

                /** Frame observation. */
                observation?: (trenchscope.probe.v1.Observation.$Properties|null);

                /** Frame done. */
                done?: (trenchscope.probe.v1.Done.$Properties|null);

                /** Frame pong. */
                pong?: (trenchscope.probe.v1.Pong.$Properties|null);

                /** Frame cost. */
                cost?: (trenchscope.probe.v1.Cost.$Properties|null);

                /** Frame log. */
                log?: (trenchscope.probe.v1.Log.$Properties|null);

                /** Frame streamOpen. */
                streamOpen?: (trenchscope.probe.v1.StreamOpen.$Properties|null);

                /** Frame streamData. */
                streamData?: (trenchscope.probe.v1.StreamData.$Properties|null);

                /** Frame streamWindow. */
                streamWindow?: (trenchscope.probe.v1.StreamWindow.$Properties|null);

                /** Frame streamClose. */
                streamClose?: (trenchscope.probe.v1.StreamClose.$Properties|null);

                /** Frame body. */
                body?: ("hello"|"challenge"|"proof"|"welcome"|"goodbye"|"ask"|"cancel"|"ping"|"lease"|"successor"|"record"|"observation"|"done"|"pong"|"cost"|"log"|"streamOpen"|"streamData"|"streamWindow"|"streamClose");

                /**
                 * Encodes the specified Frame message. Does not implicitly {@link trenchscope.probe.v1.Frame.verify|verify} messages.
                 * @param message Frame message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Frame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Frame message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Frame & trenchscope.probe.v1.Frame.$Shape} Frame
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Frame & trenchscope.probe.v1.Frame.$Shape;
            }

            namespace Frame {

                /** Properties of a Frame. */
                interface $Properties {

                    /** Frame hello */
                    hello?: (trenchscope.probe.v1.Hello.$Properties|null);

                    /** Frame challenge */
                    challenge?: (trenchscope.probe.v1.Challenge.$Properties|null);

                    /** Frame proof */
                    proof?: (trenchscope.probe.v1.Proof.$Properties|null);

                    /** Frame welcome */
                    welcome?: (trenchscope.probe.v1.Welcome.$Properties|null);

                    /** Frame goodbye */
                    goodbye?: (trenchscope.probe.v1.Goodbye.$Properties|null);

                    /** Frame ask */
                    ask?: (trenchscope.probe.v1.Ask.$Properties|null);

                    /** Frame cancel */
                    cancel?: (trenchscope.probe.v1.Cancel.$Properties|null);

                    /** Frame ping */
                    ping?: (trenchscope.probe.v1.Ping.$Properties|null);

                    /** Frame lease */
                    lease?: (trenchscope.probe.v1.Lease.$Properties|null);

                    /** Frame successor */
                    successor?: (trenchscope.probe.v1.Successor.$Properties|null);

                    /** Frame record */
                    record?: (trenchscope.probe.v1.Record.$Properties|null);

                    /** Frame observation */
                    observation?: (trenchscope.probe.v1.Observation.$Properties|null);

                    /** Frame done */
                    done?: (trenchscope.probe.v1.Done.$Properties|null);

                    /** Frame pong */
                    pong?: (trenchscope.probe.v1.Pong.$Properties|null);

                    /** Frame cost */
                    cost?: (trenchscope.probe.v1.Cost.$Properties|null);

                    /** Frame log */
                    log?: (trenchscope.probe.v1.Log.$Properties|null);

                    /** Frame streamOpen */
                    streamOpen?: (trenchscope.probe.v1.StreamOpen.$Properties|null);

                    /** Frame streamData */
                    streamData?: (trenchscope.probe.v1.StreamData.$Properties|null);

                    /** Frame streamWindow */
                    streamWindow?: (trenchscope.probe.v1.StreamWindow.$Properties|null);

                    /** Frame streamClose */
                    streamClose?: (trenchscope.probe.v1.StreamClose.$Properties|null);

                    /** Frame body */
                    body?: ("hello"|"challenge"|"proof"|"welcome"|"goodbye"|"ask"|"cancel"|"ping"|"lease"|"successor"|"record"|"observation"|"done"|"pong"|"cost"|"log"|"streamOpen"|"streamData"|"streamWindow"|"streamClose");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a Frame. */
                type $Shape = {
                  hello?: trenchscope.probe.v1.Hello.$Shape|null;
                  challenge?: trenchscope.probe.v1.Challenge.$Shape|null;
                  proof?: trenchscope.probe.v1.Proof.$Shape|null;
                  welcome?: trenchscope.probe.v1.Welcome.$Shape|null;
                  goodbye?: trenchscope.probe.v1.Goodbye.$Shape|null;
                  ask?: trenchscope.probe.v1.Ask.$Shape|null;
                  cancel?: trenchscope.probe.v1.Cancel.$Shape|null;
                  ping?: trenchscope.probe.v1.Ping.$Shape|null;
                  lease?: trenchscope.probe.v1.Lease.$Shape|null;
                  successor?: trenchscope.probe.v1.Successor.$Shape|null;
                  record?: trenchscope.probe.v1.Record.$Shape|null;
                  observation?: trenchscope.probe.v1.Observation.$Shape|null;
                  done?: trenchscope.probe.v1.Done.$Shape|null;
                  pong?: trenchscope.probe.v1.Pong.$Shape|null;
                  cost?: trenchscope.probe.v1.Cost.$Shape|null;
                  log?: trenchscope.probe.v1.Log.$Shape|null;
                  streamOpen?: trenchscope.probe.v1.StreamOpen.$Shape|null;
                  streamData?: trenchscope.probe.v1.StreamData.$Shape|null;
                  streamWindow?: trenchscope.probe.v1.StreamWindow.$Shape|null;
                  streamClose?: trenchscope.probe.v1.StreamClose.$Shape|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ body?: undefined; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "hello"; hello: trenchscope.probe.v1.Hello.$Shape; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "challenge"; hello?: null; challenge: trenchscope.probe.v1.Challenge.$Shape; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "proof"; hello?: null; challenge?: null; proof: trenchscope.probe.v1.Proof.$Shape; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "welcome"; hello?: null; challenge?: null; proof?: null; welcome: trenchscope.probe.v1.Welcome.$Shape; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "goodbye"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye: trenchscope.probe.v1.Goodbye.$Shape; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "ask"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask: trenchscope.probe.v1.Ask.$Shape; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "cancel"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel: trenchscope.probe.v1.Cancel.$Shape; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "ping"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping: trenchscope.probe.v1.Ping.$Shape; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "lease"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease: trenchscope.probe.v1.Lease.$Shape; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "successor"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor: trenchscope.probe.v1.Successor.$Shape; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "record"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record: trenchscope.probe.v1.Record.$Shape; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "observation"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation: trenchscope.probe.v1.Observation.$Shape; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "done"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done: trenchscope.probe.v1.Done.$Shape; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "pong"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong: trenchscope.probe.v1.Pong.$Shape; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "cost"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost: trenchscope.probe.v1.Cost.$Shape; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "log"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log: trenchscope.probe.v1.Log.$Shape; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "streamOpen"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen: trenchscope.probe.v1.StreamOpen.$Shape; streamData?: null; streamWindow?: null; streamClose?: null }|{ body?: "streamData"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData: trenchscope.probe.v1.StreamData.$Shape; streamWindow?: null; streamClose?: null }|{ body?: "streamWindow"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow: trenchscope.probe.v1.StreamWindow.$Shape; streamClose?: null }|{ body?: "streamClose"; hello?: null; challenge?: null; proof?: null; welcome?: null; goodbye?: null; ask?: null; cancel?: null; ping?: null; lease?: null; successor?: null; record?: null; observation?: null; done?: null; pong?: null; cost?: null; log?: null; streamOpen?: null; streamData?: null; streamWindow?: null; streamClose: trenchscope.probe.v1.StreamClose.$Shape })
                );
            }

            /**
             * Properties of a Hello.
             * @deprecated Use trenchscope.probe.v1.Hello.$Properties instead.
             */
            interface IHello extends trenchscope.probe.v1.Hello.$Properties {
            }

            /** Represents a Hello. */
            class Hello {

                /**
                 * Constructs a new Hello.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Hello.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Hello minVersion. */
                minVersion: number;

                /** Hello maxVersion. */
                maxVersion: number;

                /** Hello session. */
                session: string;

                /** Hello pod. */
                pod: string;

                /** Hello podUid. */
                podUid: string;

                /** Hello container. */
                container: string;

                /** Hello key. */
                key: Uint8Array;

                /** Hello build. */
                build: string;

                /** Hello facts. */
                facts: trenchscope.probe.v1.FactVersion.$Properties[];

                /**
                 * Encodes the specified Hello message. Does not implicitly {@link trenchscope.probe.v1.Hello.verify|verify} messages.
                 * @param message Hello message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Hello message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Hello & trenchscope.probe.v1.Hello.$Shape} Hello
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Hello & trenchscope.probe.v1.Hello.$Shape;
            }

            namespace Hello {

                /** Properties of a Hello. */
                interface $Properties {

                    /** Hello minVersion */
                    minVersion?: (number|null);

                    /** Hello maxVersion */
                    maxVersion?: (number|null);

                    /** Hello session */
                    session?: (string|null);

                    /** Hello pod */
                    pod?: (string|null);

                    /** Hello podUid */
                    podUid?: (string|null);

                    /** Hello container */
                    container?: (string|null);

                    /** Hello key */
                    key?: (Uint8Array|null);

                    /** Hello build */
                    build?: (string|null);

                    /** Hello facts */
                    facts?: (trenchscope.probe.v1.FactVersion.$Properties[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Hello. */
                type $Shape = trenchscope.probe.v1.Hello.$Properties;
            }

            /**
             * Properties of a FactVersion.
             * @deprecated Use trenchscope.probe.v1.FactVersion.$Properties instead.
             */
            interface IFactVersion extends trenchscope.probe.v1.FactVersion.$Properties {
            }

            /** Represents a FactVersion. */
            class FactVersion {

                /**
                 * Constructs a new FactVersion.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.FactVersion.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** FactVersion id. */
                id: string;

                /** FactVersion version. */
                version: number;

                /**
                 * Encodes the specified FactVersion message. Does not implicitly {@link trenchscope.probe.v1.FactVersion.verify|verify} messages.
                 * @param message FactVersion message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.FactVersion.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a FactVersion message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.FactVersion & trenchscope.probe.v1.FactVersion.$Shape} FactVersion
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.FactVersion & trenchscope.probe.v1.FactVersion.$Shape;
            }

            namespace FactVersion {

                /** Properties of a FactVersion. */
                interface $Properties {

                    /** FactVersion id */
                    id?: (string|null);

                    /** FactVersion version */
                    version?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a FactVersion. */
                type $Shape = trenchscope.probe.v1.FactVersion.$Properties;
            }

            /**
             * Properties of a Challenge.
             * @deprecated Use trenchscope.probe.v1.Challenge.$Properties instead.
             */
            interface IChallenge extends trenchscope.probe.v1.Challenge.$Properties {
            }

            /** Represents a Challenge. */
            class Challenge {

                /**
                 * Constructs a new Challenge.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Challenge.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Challenge version. */
                version: number;

                /**
                 * Encodes the specified Challenge message. Does not implicitly {@link trenchscope.probe.v1.Challenge.verify|verify} messages.
                 * @param message Challenge message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Challenge.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Challenge message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Challenge & trenchscope.probe.v1.Challenge.$Shape} Challenge
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Challenge & trenchscope.probe.v1.Challenge.$Shape;
            }

            namespace Challenge {

                /** Properties of a Challenge. */
                interface $Properties {

                    /** Challenge version */
                    version?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Challenge. */
                type $Shape = trenchscope.probe.v1.Challenge.$Properties;
            }

            /**
             * Properties of a Proof.
             * @deprecated Use trenchscope.probe.v1.Proof.$Properties instead.
             */
            interface IProof extends trenchscope.probe.v1.Proof.$Properties {
            }

            /** Represents a Proof. */
            class Proof {

                /**
                 * Constructs a new Proof.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Proof.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Proof signature. */
                signature: Uint8Array;

                /**
                 * Encodes the specified Proof message. Does not implicitly {@link trenchscope.probe.v1.Proof.verify|verify} messages.
                 * @param message Proof message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Proof.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Proof message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Proof & trenchscope.probe.v1.Proof.$Shape} Proof
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Proof & trenchscope.probe.v1.Proof.$Shape;
            }

            namespace Proof {

                /** Properties of a Proof. */
                interface $Properties {

                    /** Proof signature */
                    signature?: (Uint8Array|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Proof. */
                type $Shape = trenchscope.probe.v1.Proof.$Properties;
            }

            /**
             * Properties of a Welcome.
             * @deprecated Use trenchscope.probe.v1.Welcome.$Properties instead.
             */
            interface IWelcome extends trenchscope.probe.v1.Welcome.$Properties {
            }

            /** Represents a Welcome. */
            class Welcome {

                /**
                 * Constructs a new Welcome.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Welcome.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Welcome lease. */
                lease?: (trenchscope.probe.v1.Lease.$Properties|null);

                /** Welcome pins. */
                pins: string[];

                /** Welcome pingEveryMs. */
                pingEveryMs: number;

                /**
                 * Encodes the specified Welcome message. Does not implicitly {@link trenchscope.probe.v1.Welcome.verify|verify} messages.
                 * @param message Welcome message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Welcome.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Welcome message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Welcome & trenchscope.probe.v1.Welcome.$Shape} Welcome
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Welcome & trenchscope.probe.v1.Welcome.$Shape;
            }

            namespace Welcome {

                /** Properties of a Welcome. */
                interface $Properties {

                    /** Welcome lease */
                    lease?: (trenchscope.probe.v1.Lease.$Properties|null);

                    /** Welcome pins */
                    pins?: (string[]|null);

                    /** Welcome pingEveryMs */
                    pingEveryMs?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Welcome. */
                type $Shape = trenchscope.probe.v1.Welcome.$Properties;
            }

            /**
             * Properties of a Lease.
             * @deprecated Use trenchscope.probe.v1.Lease.$Properties instead.
             */
            interface ILease extends trenchscope.probe.v1.Lease.$Properties {
            }

            /** Represents a Lease. */
            class Lease {

                /**
                 * Constructs a new Lease.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Lease.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Lease idleMs. */
                idleMs: number;

                /** Lease endMs. */
                endMs: number;

                /**
                 * Encodes the specified Lease message. Does not implicitly {@link trenchscope.probe.v1.Lease.verify|verify} messages.
                 * @param message Lease message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Lease.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Lease message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Lease & trenchscope.probe.v1.Lease.$Shape} Lease
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Lease & trenchscope.probe.v1.Lease.$Shape;
            }

            namespace Lease {

                /** Properties of a Lease. */
                interface $Properties {

                    /** Lease idleMs */
                    idleMs?: (number|null);

                    /** Lease endMs */
                    endMs?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Lease. */
                type $Shape = trenchscope.probe.v1.Lease.$Properties;
            }

            /**
             * Properties of a Successor.
             * @deprecated Use trenchscope.probe.v1.Successor.$Properties instead.
             */
            interface ISuccessor extends trenchscope.probe.v1.Successor.$Properties {
            }

            /** Represents a Successor. */
            class Successor {

                /**
                 * Constructs a new Successor.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Successor.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Successor pins. */
                pins: string[];

                /**
                 * Encodes the specified Successor message. Does not implicitly {@link trenchscope.probe.v1.Successor.verify|verify} messages.
                 * @param message Successor message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Successor.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Successor message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Successor & trenchscope.probe.v1.Successor.$Shape} Successor
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Successor & trenchscope.probe.v1.Successor.$Shape;
            }

            namespace Successor {

                /** Properties of a Successor. */
                interface $Properties {

                    /** Successor pins */
                    pins?: (string[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Successor. */
                type $Shape = trenchscope.probe.v1.Successor.$Properties;
            }

            /**
             * Properties of an Ask.
             * @deprecated Use trenchscope.probe.v1.Ask.$Properties instead.
             */
            interface IAsk extends trenchscope.probe.v1.Ask.$Properties {
            }

            /** Represents an Ask. */
            class Ask {

                /**
                 * Constructs a new Ask.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Ask.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Ask id. */
                id: number;

                /** Ask pass. */
                pass: string;

                /** Ask wants. */
                wants: trenchscope.probe.v1.Want.$Properties[];

                /** Ask timeoutMs. */
                timeoutMs: number;

                /**
                 * Encodes the specified Ask message. Does not implicitly {@link trenchscope.probe.v1.Ask.verify|verify} messages.
                 * @param message Ask message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Ask.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Ask message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Ask & trenchscope.probe.v1.Ask.$Shape} Ask
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Ask & trenchscope.probe.v1.Ask.$Shape;
            }

            namespace Ask {

                /** Properties of an Ask. */
                interface $Properties {

                    /** Ask id */
                    id?: (number|null);

                    /** Ask pass */
                    pass?: (string|null);

                    /** Ask wants */
                    wants?: (trenchscope.probe.v1.Want.$Properties[]|null);

                    /** Ask timeoutMs */
                    timeoutMs?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an Ask. */
                type $Shape = trenchscope.probe.v1.Ask.$Properties;
            }

            /**
             * Properties of a Want.
             * @deprecated Use trenchscope.probe.v1.Want.$Properties instead.
             */
            interface IWant extends trenchscope.probe.v1.Want.$Properties {
            }

            /** Represents a Want. */
            class Want {

                /**
                 * Constructs a new Want.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Want.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Want fact. */
                fact: string;

                /** Want params. */
                params: string;

                /**
                 * Encodes the specified Want message. Does not implicitly {@link trenchscope.probe.v1.Want.verify|verify} messages.
                 * @param message Want message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Want.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Want message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Want & trenchscope.probe.v1.Want.$Shape} Want
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Want & trenchscope.probe.v1.Want.$Shape;
            }

            namespace Want {

                /** Properties of a Want. */
                interface $Properties {

                    /** Want fact */
                    fact?: (string|null);

                    /** Want params */
                    params?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Want. */
                type $Shape = trenchscope.probe.v1.Want.$Properties;
            }

            /**
             * Properties of a Cancel.
             * @deprecated Use trenchscope.probe.v1.Cancel.$Properties instead.
             */
            interface ICancel extends trenchscope.probe.v1.Cancel.$Properties {
            }

            /** Represents a Cancel. */
            class Cancel {

                /**
                 * Constructs a new Cancel.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Cancel.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Cancel ask. */
                ask: number;

                /**
                 * Encodes the specified Cancel message. Does not implicitly {@link trenchscope.probe.v1.Cancel.verify|verify} messages.
                 * @param message Cancel message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Cancel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Cancel message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Cancel & trenchscope.probe.v1.Cancel.$Shape} Cancel
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Cancel & trenchscope.probe.v1.Cancel.$Shape;
            }

            namespace Cancel {

                /** Properties of a Cancel. */
                interface $Properties {

                    /** Cancel ask */
                    ask?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Cancel. */
                type $Shape = trenchscope.probe.v1.Cancel.$Properties;
            }

            /**
             * Properties of a Record.
             * @deprecated Use trenchscope.probe.v1.Record.$Properties instead.
             */
            interface IRecord extends trenchscope.probe.v1.Record.$Properties {
            }

            /** Represents a Record. */
            class Record {

                /**
                 * Constructs a new Record.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Record.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Record ask. */
                ask: number;

                /** Record id. */
                id: number;

                /** Record argv. */
                argv: string[];

                /** Record exitCode. */
                exitCode?: (number|null);

                /** Record stdout. */
                stdout: string;

                /** Record stderr. */
                stderr: string;

                /** Record startedAt. */
                startedAt: number;

                /** Record ms. */
                ms: number;

                /** Record error. */
                error?: (trenchscope.probe.v1.Failure.$Properties|null);

                /**
                 * Encodes the specified Record message. Does not implicitly {@link trenchscope.probe.v1.Record.verify|verify} messages.
                 * @param message Record message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Record.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Record message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Record & trenchscope.probe.v1.Record.$Shape} Record
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Record & trenchscope.probe.v1.Record.$Shape;
            }

            namespace Record {

                /** Properties of a Record. */
                interface $Properties {

                    /** Record ask */
                    ask?: (number|null);

                    /** Record id */
                    id?: (number|null);

                    /** Record argv */
                    argv?: (string[]|null);

                    /** Record exitCode */
                    exitCode?: (number|null);

                    /** Record stdout */
                    stdout?: (string|null);

                    /** Record stderr */
                    stderr?: (string|null);

                    /** Record startedAt */
                    startedAt?: (number|null);

                    /** Record ms */
                    ms?: (number|null);

                    /** Record error */
                    error?: (trenchscope.probe.v1.Failure.$Properties|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Record. */
                type $Shape = trenchscope.probe.v1.Record.$Properties;
            }

            /**
             * Properties of an Observation.
             * @deprecated Use trenchscope.probe.v1.Observation.$Properties instead.
             */
            interface IObservation extends trenchscope.probe.v1.Observation.$Properties {
            }

            /** Represents an Observation. */
            class Observation {

                /**
                 * Constructs a new Observation.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Observation.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Observation ask. */
                ask: number;

                /** Observation fact. */
                fact: string;

                /** Observation version. */
                version: number;

                /** Observation params. */
                params: string;

                /** Observation startedAt. */
                startedAt: number;

                /** Observation ms. */
                ms: number;

                /** Observation records. */
                records: number[];

                /** Observation data. */
                data?: (Uint8Array|null);

                /** Observation error. */
                error?: (trenchscope.probe.v1.Failure.$Properties|null);

                /** Observation result. */
                result?: ("data"|"error");

                /**
                 * Encodes the specified Observation message. Does not implicitly {@link trenchscope.probe.v1.Observation.verify|verify} messages.
                 * @param message Observation message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Observation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Observation message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Observation & trenchscope.probe.v1.Observation.$Shape} Observation
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Observation & trenchscope.probe.v1.Observation.$Shape;
            }

            namespace Observation {

                /** Properties of an Observation. */
                interface $Properties {

                    /** Observation ask */
                    ask?: (number|null);

                    /** Observation fact */
                    fact?: (string|null);

                    /** Observation version */
                    version?: (number|null);

                    /** Observation params */
                    params?: (string|null);

                    /** Observation startedAt */
                    startedAt?: (number|null);

                    /** Observation ms */
                    ms?: (number|null);

                    /** Observation records */
                    records?: (number[]|null);

                    /** Observation data */
                    data?: (Uint8Array|null);

                    /** Observation error */
                    error?: (trenchscope.probe.v1.Failure.$Properties|null);

                    /** Observation result */
                    result?: ("data"|"error");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of an Observation. */
                type $Shape = {
                  ask?: number|null;
                  fact?: string|null;
                  version?: number|null;
                  params?: string|null;
                  startedAt?: number|null;
                  ms?: number|null;
                  records?: number[]|null;
                  data?: Uint8Array|null;
                  error?: trenchscope.probe.v1.Failure.$Shape|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ result?: undefined; data?: null; error?: null }|{ result?: "data"; data: Uint8Array; error?: null }|{ result?: "error"; data?: null; error: trenchscope.probe.v1.Failure.$Shape })
                );
            }

            /**
             * Properties of a Failure.
             * @deprecated Use trenchscope.probe.v1.Failure.$Properties instead.
             */
            interface IFailure extends trenchscope.probe.v1.Failure.$Properties {
            }

            /** Represents a Failure. */
            class Failure {

                /**
                 * Constructs a new Failure.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Failure.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Failure code. */
                code: string;

                /** Failure message. */
                message: string;

                /**
                 * Encodes the specified Failure message. Does not implicitly {@link trenchscope.probe.v1.Failure.verify|verify} messages.
                 * @param message Failure message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Failure.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Failure message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Failure & trenchscope.probe.v1.Failure.$Shape} Failure
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Failure & trenchscope.probe.v1.Failure.$Shape;
            }

            namespace Failure {

                /** Properties of a Failure. */
                interface $Properties {

                    /** Failure code */
                    code?: (string|null);

                    /** Failure message */
                    message?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Failure. */
                type $Shape = trenchscope.probe.v1.Failure.$Properties;
            }

            /**
             * Properties of a Done.
             * @deprecated Use trenchscope.probe.v1.Done.$Properties instead.
             */
            interface IDone extends trenchscope.probe.v1.Done.$Properties {
            }

            /** Represents a Done. */
            class Done {

                /**
                 * Constructs a new Done.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Done.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Done ask. */
                ask: number;

                /**
                 * Encodes the specified Done message. Does not implicitly {@link trenchscope.probe.v1.Done.verify|verify} messages.
                 * @param message Done message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Done.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Done message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Done & trenchscope.probe.v1.Done.$Shape} Done
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Done & trenchscope.probe.v1.Done.$Shape;
            }

            namespace Done {

                /** Properties of a Done. */
                interface $Properties {

                    /** Done ask */
                    ask?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Done. */
                type $Shape = trenchscope.probe.v1.Done.$Properties;
            }

            /**
             * Properties of a Ping.
             * @deprecated Use trenchscope.probe.v1.Ping.$Properties instead.
             */
            interface IPing extends trenchscope.probe.v1.Ping.$Properties {
            }

            /** Represents a Ping. */
            class Ping {

                /**
                 * Constructs a new Ping.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Ping.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Ping id. */
                id: number;

                /**
                 * Encodes the specified Ping message. Does not implicitly {@link trenchscope.probe.v1.Ping.verify|verify} messages.
                 * @param message Ping message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Ping.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Ping message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Ping & trenchscope.probe.v1.Ping.$Shape} Ping
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Ping & trenchscope.probe.v1.Ping.$Shape;
            }

            namespace Ping {

                /** Properties of a Ping. */
                interface $Properties {

                    /** Ping id */
                    id?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Ping. */
                type $Shape = trenchscope.probe.v1.Ping.$Properties;
            }

            /**
             * Properties of a Pong.
             * @deprecated Use trenchscope.probe.v1.Pong.$Properties instead.
             */
            interface IPong extends trenchscope.probe.v1.Pong.$Properties {
            }

            /** Represents a Pong. */
            class Pong {

                /**
                 * Constructs a new Pong.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Pong.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Pong id. */
                id: number;

                /** Pong receivedAt. */
                receivedAt: number;

                /** Pong sentAt. */
                sentAt: number;

                /**
                 * Encodes the specified Pong message. Does not implicitly {@link trenchscope.probe.v1.Pong.verify|verify} messages.
                 * @param message Pong message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Pong.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Pong message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Pong & trenchscope.probe.v1.Pong.$Shape} Pong
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Pong & trenchscope.probe.v1.Pong.$Shape;
            }

            namespace Pong {

                /** Properties of a Pong. */
                interface $Properties {

                    /** Pong id */
                    id?: (number|null);

                    /** Pong receivedAt */
                    receivedAt?: (number|null);

                    /** Pong sentAt */
                    sentAt?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Pong. */
                type $Shape = trenchscope.probe.v1.Pong.$Properties;
            }

            /**
             * Properties of a Cost.
             * @deprecated Use trenchscope.probe.v1.Cost.$Properties instead.
             */
            interface ICost extends trenchscope.probe.v1.Cost.$Properties {
            }

            /** Represents a Cost. */
            class Cost {

                /**
                 * Constructs a new Cost.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Cost.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Cost rssBytes. */
                rssBytes: number;

                /** Cost cpuMs. */
                cpuMs: number;

                /**
                 * Encodes the specified Cost message. Does not implicitly {@link trenchscope.probe.v1.Cost.verify|verify} messages.
                 * @param message Cost message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Cost.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Cost message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Cost & trenchscope.probe.v1.Cost.$Shape} Cost
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Cost & trenchscope.probe.v1.Cost.$Shape;
            }

            namespace Cost {

                /** Properties of a Cost. */
                interface $Properties {

                    /** Cost rssBytes */
                    rssBytes?: (number|null);

                    /** Cost cpuMs */
                    cpuMs?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Cost. */
                type $Shape = trenchscope.probe.v1.Cost.$Properties;
            }

            /** LogLevel enum. */
            enum LogLevel {

                /** LOG_LEVEL_UNSPECIFIED value */
                LOG_LEVEL_UNSPECIFIED = 0,

                /** LOG_LEVEL_DEBUG value */
                LOG_LEVEL_DEBUG = 1,

                /** LOG_LEVEL_INFO value */
                LOG_LEVEL_INFO = 2,

                /** LOG_LEVEL_WARN value */
                LOG_LEVEL_WARN = 3,

                /** LOG_LEVEL_ERROR value */
                LOG_LEVEL_ERROR = 4
            }

            /**
             * Properties of a Log.
             * @deprecated Use trenchscope.probe.v1.Log.$Properties instead.
             */
            interface ILog extends trenchscope.probe.v1.Log.$Properties {
            }

            /** Represents a Log. */
            class Log {

                /**
                 * Constructs a new Log.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Log.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Log at. */
                at: number;

                /** Log level. */
                level: trenchscope.probe.v1.LogLevel;

                /** Log message. */
                message: string;

                /** Log fields. */
                fields: string;

                /**
                 * Encodes the specified Log message. Does not implicitly {@link trenchscope.probe.v1.Log.verify|verify} messages.
                 * @param message Log message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Log.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Log message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Log & trenchscope.probe.v1.Log.$Shape} Log
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Log & trenchscope.probe.v1.Log.$Shape;
            }

            namespace Log {

                /** Properties of a Log. */
                interface $Properties {

                    /** Log at */
                    at?: (number|null);

                    /** Log level */
                    level?: (trenchscope.probe.v1.LogLevel|null);

                    /** Log message */
                    message?: (string|null);

                    /** Log fields */
                    fields?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Log. */
                type $Shape = trenchscope.probe.v1.Log.$Properties;
            }

            /** GoodbyeCode enum. */
            enum GoodbyeCode {

                /** GOODBYE_CODE_UNSPECIFIED value */
                GOODBYE_CODE_UNSPECIFIED = 0,

                /** GOODBYE_CODE_LEAVING value */
                GOODBYE_CODE_LEAVING = 1,

                /** GOODBYE_CODE_LEASE_OVER value */
                GOODBYE_CODE_LEASE_OVER = 2,

                /** GOODBYE_CODE_KILLED value */
                GOODBYE_CODE_KILLED = 3,

                /** GOODBYE_CODE_SESSION_UNKNOWN value */
                GOODBYE_CODE_SESSION_UNKNOWN = 4,

                /** GOODBYE_CODE_REFUSED value */
                GOODBYE_CODE_REFUSED = 5,

                /** GOODBYE_CODE_NOT_YET value */
                GOODBYE_CODE_NOT_YET = 6,

                /** GOODBYE_CODE_NO_COMMON_VERSION value */
                GOODBYE_CODE_NO_COMMON_VERSION = 7,

                /** GOODBYE_CODE_MALFORMED value */
                GOODBYE_CODE_MALFORMED = 8,

                /** GOODBYE_CODE_TOO_LARGE value */
                GOODBYE_CODE_TOO_LARGE = 9,

                /** GOODBYE_CODE_OUT_OF_STATE value */
                GOODBYE_CODE_OUT_OF_STATE = 10,

                /** GOODBYE_CODE_SILENT value */
                GOODBYE_CODE_SILENT = 11,

                /** GOODBYE_CODE_REPLACED value */
                GOODBYE_CODE_REPLACED = 12,

                /** GOODBYE_CODE_OVERLOADED value */
                GOODBYE_CODE_OVERLOADED = 13,

                /** GOODBYE_CODE_FAILED value */
                GOODBYE_CODE_FAILED = 14
            }

            /**
             * Properties of a Goodbye.
             * @deprecated Use trenchscope.probe.v1.Goodbye.$Properties instead.
             */
            interface IGoodbye extends trenchscope.probe.v1.Goodbye.$Properties {
            }

            /** Represents a Goodbye. */
            class Goodbye {

                /**
                 * Constructs a new Goodbye.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Goodbye.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Goodbye code. */
                code: trenchscope.probe.v1.GoodbyeCode;

                /** Goodbye message. */
                message: string;

                /**
                 * Encodes the specified Goodbye message. Does not implicitly {@link trenchscope.probe.v1.Goodbye.verify|verify} messages.
                 * @param message Goodbye message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Goodbye.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Goodbye message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Goodbye & trenchscope.probe.v1.Goodbye.$Shape} Goodbye
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Goodbye & trenchscope.probe.v1.Goodbye.$Shape;
            }

            namespace Goodbye {

                /** Properties of a Goodbye. */
                interface $Properties {

                    /** Goodbye code */
                    code?: (trenchscope.probe.v1.GoodbyeCode|null);

                    /** Goodbye message */
                    message?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Goodbye. */
                type $Shape = trenchscope.probe.v1.Goodbye.$Properties;
            }

            /**
             * Properties of a StreamOpen.
             * @deprecated Use trenchscope.probe.v1.StreamOpen.$Properties instead.
             */
            interface IStreamOpen extends trenchscope.probe.v1.StreamOpen.$Properties {
            }

            /** Represents a StreamOpen. */
            class StreamOpen {

                /**
                 * Constructs a new StreamOpen.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.StreamOpen.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** StreamOpen stream. */
                stream: number;

                /** StreamOpen capture. */
                capture: string;

                /** StreamOpen params. */
                params: string;

                /** StreamOpen window. */
                window: number;

                /**
                 * Encodes the specified StreamOpen message. Does not implicitly {@link trenchscope.probe.v1.StreamOpen.verify|verify} messages.
                 * @param message StreamOpen message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.StreamOpen.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a StreamOpen message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.StreamOpen & trenchscope.probe.v1.StreamOpen.$Shape} StreamOpen
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.StreamOpen & trenchscope.probe.v1.StreamOpen.$Shape;
            }

            namespace StreamOpen {

                /** Properties of a StreamOpen. */
                interface $Properties {

                    /** StreamOpen stream */
                    stream?: (number|null);

                    /** StreamOpen capture */
                    capture?: (string|null);

                    /** StreamOpen params */
                    params?: (string|null);

                    /** StreamOpen window */
                    window?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a StreamOpen. */
                type $Shape = trenchscope.probe.v1.StreamOpen.$Properties;
            }

            /**
             * Properties of a StreamData.
             * @deprecated Use trenchscope.probe.v1.StreamData.$Properties instead.
             */
            interface IStreamData extends trenchscope.probe.v1.StreamData.$Properties {
            }

            /** Represents a StreamData. */
            class StreamData {

                /**
                 * Constructs a new StreamData.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.StreamData.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** StreamData stream. */
                stream: number;

                /** StreamData payload. */
                payload: Uint8Array;

                /** StreamData dropped. */
                dropped: number;

                /** StreamData counters. */
                counters?: (trenchscope.probe.v1.Counters.$Properties|null);

                /**
                 * Encodes the specified StreamData message. Does not implicitly {@link trenchscope.probe.v1.StreamData.verify|verify} messages.
                 * @param message StreamData message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.StreamData.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a StreamData message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.StreamData & trenchscope.probe.v1.StreamData.$Shape} StreamData
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.StreamData & trenchscope.probe.v1.StreamData.$Shape;
            }

            namespace StreamData {

                /** Properties of a StreamData. */
                interface $Properties {

                    /** StreamData stream */
                    stream?: (number|null);

                    /** StreamData payload */
                    payload?: (Uint8Array|null);

                    /** StreamData dropped */
                    dropped?: (number|null);

                    /** StreamData counters */
                    counters?: (trenchscope.probe.v1.Counters.$Properties|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a StreamData. */
                type $Shape = trenchscope.probe.v1.StreamData.$Properties;
            }

            /**
             * Properties of a Counters.
             * @deprecated Use trenchscope.probe.v1.Counters.$Properties instead.
             */
            interface ICounters extends trenchscope.probe.v1.Counters.$Properties {
            }

            /** Represents a Counters. */
            class Counters {

                /**
                 * Constructs a new Counters.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.Counters.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Counters matched. */
                matched: number;

                /** Counters captured. */
                captured: number;

                /** Counters kernelDropped. */
                kernelDropped: number;

                /** Counters overwritten. */
                overwritten: number;

                /** Counters closing. */
                closing: boolean;

                /** Counters answeredMs. */
                answeredMs: number;

                /**
                 * Encodes the specified Counters message. Does not implicitly {@link trenchscope.probe.v1.Counters.verify|verify} messages.
                 * @param message Counters message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.Counters.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Counters message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.Counters & trenchscope.probe.v1.Counters.$Shape} Counters
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.Counters & trenchscope.probe.v1.Counters.$Shape;
            }

            namespace Counters {

                /** Properties of a Counters. */
                interface $Properties {

                    /** Counters matched */
                    matched?: (number|null);

                    /** Counters captured */
                    captured?: (number|null);

                    /** Counters kernelDropped */
                    kernelDropped?: (number|null);

                    /** Counters overwritten */
                    overwritten?: (number|null);

                    /** Counters closing */
                    closing?: (boolean|null);

                    /** Counters answeredMs */
                    answeredMs?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Counters. */
                type $Shape = trenchscope.probe.v1.Counters.$Properties;
            }

            /**
             * Properties of a StreamWindow.
             * @deprecated Use trenchscope.probe.v1.StreamWindow.$Properties instead.
             */
            interface IStreamWindow extends trenchscope.probe.v1.StreamWindow.$Properties {
            }

            /** Represents a StreamWindow. */
            class StreamWindow {

                /**
                 * Constructs a new StreamWindow.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.StreamWindow.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** StreamWindow stream. */
                stream: number;

                /** StreamWindow credit. */
                credit: number;

                /**
                 * Encodes the specified StreamWindow message. Does not implicitly {@link trenchscope.probe.v1.StreamWindow.verify|verify} messages.
                 * @param message StreamWindow message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.StreamWindow.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a StreamWindow message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.StreamWindow & trenchscope.probe.v1.StreamWindow.$Shape} StreamWindow
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.StreamWindow & trenchscope.probe.v1.StreamWindow.$Shape;
            }

            namespace StreamWindow {

                /** Properties of a StreamWindow. */
                interface $Properties {

                    /** StreamWindow stream */
                    stream?: (number|null);

                    /** StreamWindow credit */
                    credit?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a StreamWindow. */
                type $Shape = trenchscope.probe.v1.StreamWindow.$Properties;
            }

            /** StreamEnd enum. */
            enum StreamEnd {

                /** STREAM_END_UNSPECIFIED value */
                STREAM_END_UNSPECIFIED = 0,

                /** STREAM_END_OVER value */
                STREAM_END_OVER = 1,

                /** STREAM_END_UNSUPPORTED value */
                STREAM_END_UNSUPPORTED = 2,

                /** STREAM_END_REFUSED value */
                STREAM_END_REFUSED = 3,

                /** STREAM_END_FAILED value */
                STREAM_END_FAILED = 4
            }

            /**
             * Properties of a StreamClose.
             * @deprecated Use trenchscope.probe.v1.StreamClose.$Properties instead.
             */
            interface IStreamClose extends trenchscope.probe.v1.StreamClose.$Properties {
            }

            /** Represents a StreamClose. */
            class StreamClose {

                /**
                 * Constructs a new StreamClose.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: trenchscope.probe.v1.StreamClose.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** StreamClose stream. */
                stream: number;

                /** StreamClose code. */
                code: trenchscope.probe.v1.StreamEnd;

                /** StreamClose message. */
                message: string;

                /**
                 * Encodes the specified StreamClose message. Does not implicitly {@link trenchscope.probe.v1.StreamClose.verify|verify} messages.
                 * @param message StreamClose message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: trenchscope.probe.v1.StreamClose.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a StreamClose message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {trenchscope.probe.v1.StreamClose & trenchscope.probe.v1.StreamClose.$Shape} StreamClose
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): trenchscope.probe.v1.StreamClose & trenchscope.probe.v1.StreamClose.$Shape;
            }

            namespace StreamClose {

                /** Properties of a StreamClose. */
                interface $Properties {

                    /** StreamClose stream */
                    stream?: (number|null);

                    /** StreamClose code */
                    code?: (trenchscope.probe.v1.StreamEnd|null);

                    /** StreamClose message */
                    message?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a StreamClose. */
                type $Shape = trenchscope.probe.v1.StreamClose.$Properties;
            }
        }
    }
}
