/** The bundler replaces an import of operations.yml by its parsed content. */
declare module '*.yml' {
  const content: unknown;
  export default content;
}
