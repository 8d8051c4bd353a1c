export function alikeErrors(source: string): string;
