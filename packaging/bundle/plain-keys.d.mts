export function plainKeys(source: string): string;
