// No operation that the functions call streams events; the client of S3 is built for one that does.
export const resolveEventStreamSerdeConfig = (config) => config;
export const eventStreamSerdeProvider = neverAsked;
export const EventStreamSerde = neverAsked;

function neverAsked() {
  throw new Error('event streams are left out of the bundles: see packaging/bundle/bundle-plugins.mjs');
}
