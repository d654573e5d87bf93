package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// configurations are the blocks of a guide that are marked as Terraform's.
var configurations = regexp.MustCompile("(?s)```terraform\n(.*?)```")

// Every configuration in a guide applies as it stands.
func TestGuidesApply(t *testing.T) {
	t.Parallel()
	guides, err := filepath.Glob("../../templates/guides/*.md.tmpl")
	if err != nil || len(guides) == 0 {
		t.Fatalf("there are no guides: %v", err)
	}
	s := startSandbox(t, "--rate-limits", "off")
	for _, guide := range guides {
		content, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		blocks := configurations.FindAllStringSubmatch(string(content), -1)
		if len(blocks) == 0 {
			t.Errorf("%s has no configuration", guide)
		}
		for i, block := range blocks {
			t.Run(strings.TrimSuffix(filepath.Base(guide), ".md.tmpl")+"/"+strconv.Itoa(i+1), func(t *testing.T) {
				applyGuide(t, s, block[1])
			})
		}
	}
}

func applyGuide(t *testing.T, s *sandbox, text string) {
	t.Helper()
	w := newWorkspace(t, s)
	if strings.Contains(text, "required_providers") {
		w.writeFile(t, filepath.Join(w.dir, "main.tf"), text)
	} else {
		w.configure(t, text)
	}
	if strings.Contains(text, "import {") {
		w.writeFile(t, filepath.Join(w.dir, "existing.auto.tfvars.json"), existingKeys(t, s))
	}
	if strings.Contains(text, "var.age_recipients") {
		declare(t, w.dir, newIdentity(t))
	}
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	wantText(t, w.run(t, nil, "plan", "-input=false"), "No changes.")
	w.run(t, nil, "destroy", "-auto-approve", "-input=false")
}

// existingKeys makes the keys that the guide on imports takes over, and returns
// their import ids as variables.
func existingKeys(t *testing.T, s *sandbox) string {
	t.Helper()
	corebill := s.post(t, s.Corebill.BaseURL+"/v1/api_keys?company_id="+s.Corebill.CompanyID,
		`{"name":"reporting","permission_level":"read"}`)
	billium := s.post(t, s.Billium.BaseURL+"/v1/merchants/merchant/"+s.Billium.MerchantID+"/api-keys",
		`{"name":"checkout","permissions":["invoice:create","invoice:view"]}`)
	variables, err := json.Marshal(map[string]string{
		"corebill_key": s.Corebill.CompanyID + "/" + corebill.ID,
		"billium_key":  s.Billium.MerchantID + "/" + billium.ID,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(variables)
}
