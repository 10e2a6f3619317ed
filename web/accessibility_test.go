package web_test

import (
	"strings"
	"testing"

	"kraj/web"
)

func TestAccessibilityStatement(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.AccessibilityContact = "dostopnost@obcina.example, <04 237 30 00>" })
	for _, c := range []struct {
		lang string
		want []string
	}{
		{"sl", []string{`<html lang="sl">`, "Izjava o dostopnosti", "Stopnja skladnosti", "Nedostopna vsebina", "Priprava izjave", "Povratne informacije", "Postopek za uveljavljanje skladnosti", "28. 11. 2026"}},
		{"en", []string{`<html lang="en">`, "Accessibility statement", "Compliance status", "Non-accessible content", "Preparation of this statement", "Feedback", "Enforcement procedure"}},
	} {
		r := s.get("/dostopnost?lang=" + c.lang)
		body := strings.ReplaceAll(r.body, "\u00a0", " ")
		for _, want := range append(c.want, "dostopnost@obcina.example, &lt;04 237 30 00&gt;", `href="dostopnost.css"`) {
			if r.status != 200 || !strings.Contains(body, want) {
				t.Errorf("%s: %d, without %q", c.lang, r.status, want)
			}
		}
		if policy := r.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'self'") {
			t.Errorf("policy %q", policy)
		}
	}
	if r := s.get("/dostopnost?lang=de"); r.status != 400 {
		t.Errorf("another language: %d", r.status)
	}
	if r := s.get("/dostopnost.css"); r.status != 200 || !strings.Contains(r.body, "focus-visible") {
		t.Errorf("the style: %d", r.status)
	}
	plain := newSite(t).get("/dostopnost", "Accept-Language: sl-SI,sl;q=0.9")
	if !strings.Contains(plain.body, "na naslov občine, ki objavlja ta zemljevid") {
		t.Error("without a contact the statement does not say whom to write to")
	}
}
