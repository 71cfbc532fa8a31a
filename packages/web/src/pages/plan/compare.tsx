export function Page() {
  return <section className="page" />;
}
