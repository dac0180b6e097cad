package load

import (
	"encoding/json"
	"os"
	"testing"
)

func TestEveryErrorHasASentence(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		b, err := os.ReadFile("../../i18n/locales/load." + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		said := map[string]any{}
		if err := json.Unmarshal(b, &said); err != nil {
			t.Fatal(err)
		}
		for _, code := range Codes {
			if said["load.err."+code] == nil {
				t.Errorf("%s: nothing is said of %s", lang, code)
			}
		}
		if len(said) != len(Codes) {
			t.Errorf("%s: %d sentences for %d errors", lang, len(said), len(Codes))
		}
	}
}
