package cli_test

import (
	"crypto/rand"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// hostile is a name that shows as another one where its characters are obeyed.
const hostile = "pay\u202etxt.\t\u2066\x1b[31m\u200b"

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
			if r != '\n' && !unicode.IsPrint(r) {
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

// A token that is in a webhook's URL, in a name or in a program's user agent is shown no
// further than its platform shows it, in every format.
func TestTokensInWhatOthersWrote(t *testing.T) {
	st := newStage(t)
	token, err := corebill.NewToken(rand.Reader)
	check(t, err)
	company, key := st.Credentials.Corebill.CompanyID, st.Credentials.Corebill.APIKey
	url := "https://example.com/" + token + "?token=" + token
	hook := st.CallCorebill(t, key, "POST", "/webhooks?company_id="+company, map[string]any{"url": url, "events": []string{"invoice.paid"}}).Want(t, 201)
	st.CallBillium(t, st.Credentials.Billium.APIKey, "POST", "/webhooks", map[string]any{"url": url, "events": []string{"invoice.paid"}}).Want(t, 201)
	made := st.corebillKey(t, company, "for "+token, "admin")
	st.billiumKey(t, map[string]any{"name": "for " + token})
	t.Chdir(t.TempDir())
	check(t, os.WriteFile("found", []byte(hook.Text(t, "secret")+"\n"+made.token+"\n"), 0o600))
	for _, command := range []string{
		"scan found", "scan found -o json", "scan found -o csv", "scan found -o markdown", "scan found -o sarif", "scan found --verify", "scan found --verify -o json",
		"keys list", "keys list -o json", "keys list -o csv", "keys list -o markdown", "keys show " + made.id, "keys show " + made.id + " -o json",
		"audit", "audit -o json", "audit -o csv", "audit -o markdown", "audit -o sarif", "audit -o junit", "audit -o html",
		"logs", "logs -o json", "logs -o csv", "logs -o markdown", "whoami", "keys revoke " + made.id + " --yes",
	} {
		code, stdout, stderr := st.rawKeyward(t, strings.Fields(command)...)
		if code == 2 {
			t.Errorf("%s: %s", command, stderr)
		}
		if strings.Contains(strings.ToLower(stdout+stderr), strings.ToLower(token[:13])) {
			t.Errorf("%s shows a token:\n%s%s", command, stdout, stderr)
		}
	}
	// The configuration must have the URL and the name as they are; nothing else may.
	_, stdout, _ := st.rawKeyward(t, "import")
	for line := range strings.Lines(stdout) {
		attribute := strings.HasPrefix(strings.TrimSpace(line), "url ") || strings.HasPrefix(strings.TrimSpace(line), "name ")
		if !attribute && strings.Contains(strings.ToLower(line), strings.ToLower(token[:13])) {
			t.Errorf("import shows a token: %s", line)
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
