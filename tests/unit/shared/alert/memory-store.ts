import type { VersionedStore } from '../../../../shared/aws/s3/versioned-store.ts';

/** Objects that are changed by conditional writes, as S3 keeps them. */
export function memoryStore(): VersionedStore & { readonly objects: ReadonlyMap<string, string> } {
  const objects = new Map<string, string>();
  return {
    objects,
    async get(key) {
      const text = objects.get(key);
      return text === undefined ? undefined : { text, etag: text };
    },
    async replace(key, text, before) {
      if (objects.get(key) !== before?.text) return false;
      objects.set(key, text);
      return true;
    },
  };
}
