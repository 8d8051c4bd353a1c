export function roomyTemporaryDirectory(): string;
