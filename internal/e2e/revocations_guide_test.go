//go:build unix

package e2e_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// shellBlocks are the blocks of a guide that are marked as a shell's.
var shellBlocks = regexp.MustCompile("(?s)```shell\n(.*?)```")

// Every command in the guide on revocations runs as it stands, and none of them
// revokes a key of an account in which all is well.
func TestGuideOnRevocationsRuns(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../templates/guides/which-keys-may-keyward-revoke.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	s := startSandbox(t, "--rate-limits", "off")
	w := newWorkspace(t, s)
	w.configure(t, `
resource "keyward_corebill_api_key" "reporting" {
  name             = "reporting"
  permission_level = "read"
}

resource "keyward_billium_api_key" "shop" {
  name        = "shop"
  permissions = ["invoice:view"]
}
`)
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	// A key of the same name, made by hand, and one that is being created.
	for _, name := range []string{"shop", "keyward pending 0123456789abcdef NONCE"} {
		s.post(t, s.Billium.BaseURL+"/v1/merchants/merchant/"+s.Billium.MerchantID+"/api-keys", `{"name":"`+name+`","permissions":["invoice:view"]}`)
	}
	sh := newShell(t, w)
	before := sh.run(t, "keyward keys list --output csv | cut -d, -f2 | sort")
	lines := 0
	for _, block := range shellBlocks.FindAllStringSubmatch(string(guide), -1) {
		for line := range strings.Lines(block[1]) {
			lines++
			// 1 is what a check has found.
			if ended := sh.exec(t, nil, "/bin/sh", "-euc", line); ended.code > 1 || ended.code == 1 && !strings.HasPrefix(line, "keyward check") && !strings.HasPrefix(line, "keyward rotate due") {
				t.Errorf("%sends with %d:\n%s", line, ended.code, ended.stderr)
			}
		}
	}
	if lines == 0 {
		t.Error("the guide has no commands")
	}
	if after := sh.run(t, "keyward keys list --output csv | cut -d, -f2 | sort"); after != before {
		t.Errorf("keys were revoked: there are\n%sand there were\n%s", after, before)
	}
}
