//go:build unix

package e2e_test

import (
	"net/http"
	"testing"
)

// inCompany is a company and a key in it.
func inCompany(company, key string) string {
	block := "resource \"keyward_corebill_company\" \"c\" {\n  name = \"Certain GmbH\"\n  deletion_protection = false\n}\n"
	if company == "" {
		block = ""
	}
	return block + key
}

func keyIn(company string, more string) string {
	return "resource \"keyward_corebill_api_key\" \"shop\" {\n  name = \"shop\"\n  permission_level = \"read\"\n  company_id = " + company + "\n  " + more + "\n}\n"
}

const ownCompany = "keyward_corebill_company.c.id"

// companyWorld is a state with a company, and a key in it.
func companyWorld(t *testing.T, more string) (c *certainty, key heldKey, company string) {
	t.Helper()
	t.Parallel()
	c = newCertainty(t, matrixPlatforms[0])
	c.configure(t, inCompany("c", keyIn(ownCompany, more)))
	c.apply(t)
	key = c.heldIn(t, c.workspace)
	for _, live := range c.CorebillKeys(t) {
		if live.ID == key.ID {
			company = *live.CompanyID
		}
	}
	return c, key, company
}

func (c *certainty) worksIn(t *testing.T, company, token string, status int) {
	t.Helper()
	c.CallCorebill(t, token, http.MethodGet, "/customers?company_id="+company, nil).Want(t, status)
}

// A company with live keys is not deleted, no matter who has them: Corebill would revoke them
// with it. The plan names them.
func TestCompanyWithLiveKeysIsNotDeleted(t *testing.T) {
	t.Run("of the same state", func(t *testing.T) {
		c, key, company := companyWorld(t, "deletion_protection = true")
		c.configure(t, inCompany("", keyIn(`"`+company+`"`, "deletion_protection = true")))
		wantText(t, c.run(t, nil, "plan", "-input=false"), key.ID)
		c.refuses(t, []string{"it has live keys", key.ID, "Nothing was deleted"}, "apply", "-auto-approve")
		c.worksIn(t, company, key.Token, http.StatusOK)
	})
	t.Run("of another state", func(t *testing.T) {
		c, key, company := companyWorld(t, "")
		c.other.configure(t, keyIn(`"`+company+`"`, `on_conflict = "allow"`))
		c.other.apply(t)
		other := c.heldIn(t, c.other)
		wantText(t, c.run(t, nil, "plan", "-input=false", "-destroy"), other.ID)
		c.refuses(t, []string{"it has live keys", other.ID}, "destroy", "-auto-approve")
		c.wantRevoked(t, key.ID) // which the plan destroyed
		c.worksIn(t, company, other.Token, http.StatusOK)
	})
	t.Run("replaced", func(t *testing.T) {
		c, key, company := companyWorld(t, "rotation = { overlap = \"24h\" }")
		wantText(t, c.run(t, nil, "plan", "-input=false", "-replace=keyward_corebill_company.c"), key.ID)
		c.refuses(t, []string{"it has live keys", key.ID}, "apply", "-auto-approve", "-replace=keyward_corebill_company.c")
		c.worksIn(t, company, key.Token, http.StatusOK)
	})
	t.Run("in its overlap", func(t *testing.T) {
		c, key, company := companyWorld(t, "rotation = { overlap = \"24h\" }")
		moved := keyIn(`"`+c.Credentials.Corebill.CompanyID+`"`, "rotation = { overlap = \"24h\" }")
		c.configure(t, inCompany("c", moved))
		c.apply(t)
		c.configure(t, inCompany("", moved))
		wantText(t, c.run(t, nil, "plan", "-input=false"), key.ID)
		c.refuses(t, []string{"it has live keys", key.ID}, "apply", "-auto-approve")
		c.worksIn(t, company, key.Token, http.StatusOK)
	})
	t.Run("destroyed with its keys", func(t *testing.T) {
		c, key, _ := companyWorld(t, "")
		c.run(t, nil, "destroy", "-auto-approve", "-input=false")
		c.wantRevoked(t, key.ID)
	})
}

// A company that is gone takes its keys with it: the resource plans a new key elsewhere,
// or lets go of it.
func TestKeyOfACompanyThatIsGone(t *testing.T) {
	for name, config := range map[string]func(c *certainty) string{
		"moved":     func(c *certainty) string { return keyIn(`"`+c.Credentials.Corebill.CompanyID+`"`, "") },
		"removed":   func(*certainty) string { return "# gone" },
		"recreated": func(*certainty) string { return inCompany("c", keyIn(ownCompany, "")) },
	} {
		t.Run(name, func(t *testing.T) {
			c, _, company := companyWorld(t, "")
			c.CallCorebill(t, c.Credentials.Corebill.APIKey, http.MethodDelete, "/companies/"+company+"?company_id="+company, nil)
			c.configure(t, config(c))
			c.apply(t)
			c.empty(t)
		})
	}
}
