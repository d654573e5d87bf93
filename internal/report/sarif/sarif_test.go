package sarif_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/report"
	"github.com/keyward/terraform-provider-keyward/internal/report/sarif"
)

var tool = sarif.Tool{Name: "keyward scan", Version: "1.2.3"}

func TestWrite(t *testing.T) {
	var b bytes.Buffer
	rules := []sarif.Rule{
		{ID: "a", Title: "A rule", Help: "Do *this*.", Severity: report.Critical},
		{ID: "b", Title: "Another", Description: "More. And more.", Severity: report.Info},
	}
	results := []sarif.Result{
		{RuleID: "b", Severity: report.Medium, Message: "here", File: "a b/c.tf", Line: 3, Column: 7, Fingerprint: "f", Properties: map[string]any{"commit": "abc"}},
		{RuleID: "a", Severity: report.Critical, Message: "there", Object: "keyward_corebill_api_key.ci"},
	}
	if err := sarif.Write(&b, tool, rules, results); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name, Version string
					Rules         []struct {
						ID         string
						Properties map[string]any
					}
				}
			}
			Results []struct {
				RuleID     string
				RuleIndex  int
				Level      string
				Properties map[string]any
				Locations  []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn int }
					}
					LogicalLocations []struct{ FullyQualifiedName string }
				}
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	driver, found := got.Runs[0].Tool.Driver, got.Runs[0].Results
	if got.Version != "2.1.0" || driver.Name != tool.Name || driver.Version != tool.Version || len(driver.Rules) != 2 || driver.Rules[0].Properties["security-severity"] != "9.5" {
		t.Errorf("%+v", driver)
	}
	place := found[0].Locations[0].PhysicalLocation
	if found[0].RuleIndex != 1 || found[0].Level != "warning" || place.ArtifactLocation.URI != "a%20b/c.tf" || place.Region.StartLine != 3 || place.Region.StartColumn != 7 || found[0].Properties["commit"] != "abc" {
		t.Errorf("%+v", found[0])
	}
	if found[1].Level != "error" || found[1].Locations[0].LogicalLocations[0].FullyQualifiedName != "keyward_corebill_api_key.ci" {
		t.Errorf("%+v", found[1])
	}
}

func TestWriteNothing(t *testing.T) {
	var b bytes.Buffer
	if err := sarif.Write(&b, tool, nil, nil); err != nil || !strings.Contains(b.String(), `"results": []`) {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestWriteRefusesAnUnknownRule(t *testing.T) {
	err := sarif.Write(&bytes.Buffer{}, tool, nil, []sarif.Result{{RuleID: "x", Message: "y"}})
	if err == nil || !strings.Contains(err.Error(), `has a rule "x" that is not described`) {
		t.Error(err)
	}
}
