"use strict";
(() => {
  const search = document.getElementById("search"), found = document.getElementById("found");
  const claims = [...document.querySelectorAll("details.claim")];
  const texts = claims.map((claim) => claim.textContent.toLowerCase());
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    claims.forEach((claim, n) => {
      claim.hidden = !words.every((word) => texts[n].includes(word));
      shown += !claim.hidden;
    });
    found.textContent = words.length ? `${shown} of ${claims.length}` : "";
  };
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches("details")) { target.open = true; target.scrollIntoView(); }
  };
  search.parentElement.hidden = false;
  search.addEventListener("input", show);
  addEventListener("hashchange", open);
  open();
})();
