// A classic script in the head, so that the theme applies before the first paint.
(function () {
  'use strict';
  const key = 'rnnpool-edge.theme';
  const systemDark = matchMedia('(prefers-color-scheme: dark)');
  let choice = read();

  function read() {
    try {
      const value = localStorage.getItem(key);
      return value === 'light' || value === 'dark' ? value : 'system';
    } catch {
      return 'system';
    }
  }

  function show() {
    const dark = choice === 'system' ? systemDark.matches : choice === 'dark';
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }

  function change() {
    show();
    document.dispatchEvent(new Event('themechange'));
  }

  window.pageTheme = {
    get: () => choice,
    set(theme) {
      try {
        if (theme === 'system') localStorage.removeItem(key);
        else localStorage.setItem(key, theme);
      } catch {
        // Without storage the choice is lost with the page.
      }
      choice = theme;
      change();
    },
  };
  systemDark.addEventListener('change', () => {
    if (choice === 'system') change();
  });
  show();
})();
