package cli_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
)

// hostile is a name that shows as another one where its characters are obeyed.
const hostile = "pay\u202etxt.\u2066\x1b[31m\u200b"

// Characters that can't be seen, or that turn the direction of what follows, are escaped
// in all that every command says, in every format.
func TestHostileNames(t *testing.T) {
	st := newStage(t)
	st.env["COREBILL_COMPANY_ID"] = ""
	made := st.corebillKey(t, st.SecondCompanyID, hostile, "admin")
	st.billiumKey(t, map[string]any{"name": hostile})
	for _, command := range []string{
		"keys list", "keys list -o json", "keys list -o csv", "keys list -o markdown",
		"keys show " + made.id, "keys show " + made.id + " -o json", "keys show " + made.id + " -o csv",
		"audit", "audit -o json", "audit -o csv", "audit -o markdown", "audit -o sarif", "audit -o junit", "audit -o html",
		"import", "whoami", "keys revoke " + made.id + " --yes",
	} {
		code, stdout, stderr := st.keyward(t, strings.Fields(command)...)
		if code == 2 {
			t.Errorf("%s: %s", command, stderr)
		}
		for _, r := range stdout + stderr {
			if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
				t.Errorf("%s shows %U", command, r)
				break
			}
		}
		if command != "whoami" && command != "audit" && !strings.Contains(stdout, `\u202e`) {
			t.Errorf("%s doesn't show what was there:\n%s", command, stdout)
		}
		if strings.HasSuffix(command, "json") || strings.HasSuffix(command, "sarif") {
			var document any
			if err := json.Unmarshal([]byte(stdout), &document); err != nil {
				t.Errorf("%s: %v", command, err)
			}
			if !strings.Contains(strings.Join(collect(document), "\n"), hostile) {
				t.Errorf("%s has another name than the key", command)
			}
		}
	}
}

// collect returns all texts of a JSON document.
func collect(value any) (texts []string) {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		for _, element := range v {
			texts = append(texts, collect(element)...)
		}
	case map[string]any:
		for _, element := range v {
			texts = append(texts, collect(element)...)
		}
	}
	return texts
}
