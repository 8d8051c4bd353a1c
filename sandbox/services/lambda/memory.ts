/**
 * What a function may take, counted as Lambda counts: the whole process, of which the runtime itself has some 64 MB before a
 * line of the function runs. A thread has no resident size of its own, so its heap and what hangs on it (buffers, zlib)
 * are counted in its place.
 */
const runtimeMb = 64;
const mega = 1_048_576;

/** The JavaScript heap ends its thread at this size. */
export const heapLimitMb = (memoryMb: number): number => Math.max(32, memoryMb - runtimeMb);

type Heap = { readonly used_heap_size: number; readonly external_memory: number; readonly malloced_memory: number };

export const memoryTaken = ({ used_heap_size, external_memory, malloced_memory }: Heap): number =>
  runtimeMb * mega + used_heap_size + external_memory + malloced_memory;

export const isTooMuch = (heap: Heap, memoryMb: number): boolean =>
  memoryTaken(heap) > Math.max(memoryMb, runtimeMb + 32) * mega;
