// fold takes a text as people look for it: without accents, in small letters.
export function fold(s) {
  return s.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
}
