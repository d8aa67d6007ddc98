// A classic script in the head, so that the theme is there before the first paint.
(function () {
  'use strict';
  const key = 'rnnpool-edge.theme';

  function read() {
    try {
      const value = localStorage.getItem(key);
      return value === 'light' || value === 'dark' ? value : 'system';
    } catch {
      return 'system';
    }
  }

  function show(theme) {
    if (theme === 'system') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.dataset.theme = theme;
  }

  window.pageTheme = {
    get: read,
    set(theme) {
      try {
        if (theme === 'system') localStorage.removeItem(key);
        else localStorage.setItem(key, theme);
      } catch {
        // Without storage the choice lasts as long as the page.
      }
      show(theme);
      document.dispatchEvent(new Event('themechange'));
    },
  };
  show(read());
}());
