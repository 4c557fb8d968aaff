/** The sign of Deskside. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" className="mark-ground" />
      <path
        d="M9 10.500A2.500 2.500 0 0 1 11.500 8h9a2.500 2.500 0 0 1 2.500 2.500v7a2.500 2.500 0 0 1-2.500 2.500H16l-4.500 4v-4A2.500 2.500 0 0 1 9 17.500z"
        className="mark-figure"
      />
    </svg>
  );
}
