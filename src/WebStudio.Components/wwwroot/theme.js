// Runs before anything is painted: the remembered choice (light, dark, or none for the system's) is on the document from the first frame.
const key = 'webstudio-theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const apply = () => {
  const choice = localStorage.getItem(key);
  if (choice) document.documentElement.dataset.theme = choice; else delete document.documentElement.dataset.theme;
  const dark = choice ? choice === 'dark' : system.matches;
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  document.cookie = `webstudio-dark=${dark ? 1 : 0}; path=/; max-age=31536000; samesite=lax`; // the server's first picture is right too
  document.documentElement.style.background = dark ? '#17191b' : '#f3f4f5';
};
apply();
system.addEventListener('change', apply);
window.studioTheme = {
  get: () => localStorage.getItem(key) ?? 'system',
  isDark: () => (localStorage.getItem(key) ?? (system.matches ? 'dark' : 'light')) === 'dark',
  set: choice => { if (choice === 'system') localStorage.removeItem(key); else localStorage.setItem(key, choice); apply(); return window.studioTheme.isDark(); },
};
