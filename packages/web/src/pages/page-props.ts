/** What a page is given. */
export interface PageProps {
  /** Values of the `:names` in the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}
