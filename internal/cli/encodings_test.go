package cli_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// powerShell is what Windows PowerShell's > makes of a program's output: UTF-16 with a
// byte order mark, and CR LF.
func powerShell(text string) []byte {
	out := binary.LittleEndian.AppendUint16(nil, 0xFEFF)
	for _, unit := range utf16.Encode([]rune(strings.ReplaceAll(text, "\n", "\r\n"))) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

// Each command that reads states or plans says the same of one that PowerShell wrote.
func TestStatesOfPowerShell(t *testing.T) {
	inState := func(values string) string {
		return `{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"keyward_corebill_api_key.ü","mode":"managed","type":"keyward_corebill_api_key","values":{` + values + "}}]}}}\n"
	}
	file := func(parts ...string) func(*testing.T) (*stage, string) {
		return func(t *testing.T) (*stage, string) {
			return newStage(t), read(t, filepath.Join(append([]string{testdata}, parts...)...))
		}
	}
	for _, test := range []struct {
		want    string
		prepare func(t *testing.T) (*stage, string)
		args    []string
	}{
		{"key_tainted", file(states, "plan.json"), []string{"rotate", "due"}},
		{"FAIL", file("testdata", "check", "bad.json"), []string{"check"}},
		{`key "Ü"`, func(t *testing.T) (*stage, string) {
			return newStage(t), inState(`"id":"key_1","name":"Ü","company_id":"com_1","token":"a token"`)
		}, []string{"audit", "--offline", "--state"}},
		{"previous", func(t *testing.T) (*stage, string) { return newPruning(t).stage, read(t, "state.json") }, []string{"keys", "prune", "--dry-run", "--state"}},
		{"key_1", func(t *testing.T) (*stage, string) {
			l := newLeak(t)
			return l.stage, inState(fmt.Sprintf(`"id":"key_1","name":"Ü","token_fingerprint":%q`, client.NewSecret(l.tokens[0]).Fingerprint()))
		}, []string{"scan", "--offline", "src", "--state"}},
	} {
		t.Run(test.args[0], func(t *testing.T) {
			st, text := test.prepare(t)
			file := filepath.Join(t.TempDir(), "file.json")
			var got [2]string
			for i, content := range [][]byte{[]byte(text), powerShell(text)} {
				check(t, os.WriteFile(file, content, 0o600))
				code, stdout, stderr := st.keyward(t, append(test.args, file)...)
				got[i] = fmt.Sprintf("exit %d: %s%s", code, stdout, stderr)
			}
			if got[1] != got[0] || !strings.Contains(got[0], test.want) {
				t.Errorf("of UTF-16 it says\n%s\nof UTF-8\n%s", got[1], got[0])
			}
		})
	}
}
