package seedtest

import (
	"net/http"
	"testing"
)

func corebillThreeLevels(t *testing.T, w *world) {
	for _, level := range []string{"read", "write", "admin"} {
		k := w.corebillKey(t, level)
		k.created.expect(t, "permission_level", level)
		w.corebillObject(t, k.id).expect(t, "permission_level", level)
	}
	for _, level := range []any{"owner", "Admin", "READ", "", "read,write", nil, 1, []string{"read"}} {
		body := object{"name": "row", "permission_level": level}
		w.corebill(t, w.corebillToken, "POST /api_keys", body).corebillRejects(t, "permission_level")
	}
}

// expectLevel calls every operation with a company's key of the level: those
// within it are not refused with 403, those beyond it are, with the message.
func expectLevel(t *testing.T, w *world, level string) {
	t.Helper()
	k := w.corebillKey(t, level)
	for _, o := range corebillOperations {
		a := w.corebill(t, k.token, o.line, nil)
		switch {
		case rank[o.level] > rank[level]:
			a.corebillRefuses(t, http.StatusForbidden, accessMessage[o.level])
		case organizationOnly(o.line):
			// The level suffices, only the reach doesn't: a fact of its own.
		case a.status != http.StatusOK && a.status != http.StatusBadRequest && a.status != http.StatusNotFound:
			t.Errorf("%s with a %s key: got %d (%s)", o.line, level, a.status, a)
		}
	}
}

// organizationOnly tells the operations that ask for an organization's key.
func organizationOnly(line string) bool {
	return line == "POST /companies" || line == "DELETE /companies/com_000000000000"
}

func corebillReadLevel(t *testing.T, w *world) {
	expectLevel(t, w, "read")
	k := w.corebillKey(t, "read")
	for _, line := range []string{"GET /companies", "GET /companies/" + w.company, "GET /api_keys", "GET /api_keys/" + k.id, "GET /api_logs", "GET /customers"} {
		w.corebill(t, k.token, line, nil).want(t, http.StatusOK)
	}
	w.corebill(t, k.token, "POST /customers", object{"name": "C"}).corebillRefuses(t, http.StatusForbidden, accessMessage["write"])
	w.corebill(t, k.token, "PATCH /api_keys/"+k.id, object{"name": "n"}).corebillRefuses(t, http.StatusForbidden, accessMessage["admin"])
	w.corebill(t, k.token, "DELETE /api_keys/"+k.id, nil).corebillRefuses(t, http.StatusForbidden, accessMessage["admin"])
}

func corebillWriteLevel(t *testing.T, w *world) {
	expectLevel(t, w, "write")
	k := w.corebillKey(t, "write")
	w.corebill(t, k.token, "GET /customers", nil).want(t, http.StatusOK)
	customer := w.corebill(t, k.token, "POST /customers", object{"name": "C"}).want(t, http.StatusCreated).object(t).text(t, "id")
	w.created(t, w.corebill(t, k.token, "POST /api_keys", object{"name": "row", "permission_level": "write"}))
	w.corebill(t, k.token, "DELETE /customers/"+customer, nil).corebillRefuses(t, http.StatusForbidden, accessMessage["admin"])
	w.corebill(t, k.token, "PATCH /api_keys/"+k.id, object{"name": "n"}).corebillRefuses(t, http.StatusForbidden, accessMessage["admin"])
}

func corebillAdminLevel(t *testing.T, w *world) {
	expectLevel(t, w, "admin")
	k := w.corebillKey(t, "admin")
	customer := w.corebill(t, k.token, "POST /customers", object{"name": "C"}).want(t, http.StatusCreated).object(t).text(t, "id")
	w.corebill(t, k.token, "GET /customers/"+customer, nil).want(t, http.StatusOK)
	w.corebill(t, k.token, "DELETE /customers/"+customer, nil).want(t, http.StatusOK)
	w.corebill(t, k.token, "GET /customers/"+customer, nil).corebillRefuses(t, http.StatusNotFound, "Customer not found")
	w.corebill(t, k.token, "PATCH /api_keys/"+k.id, object{"name": "n"}).want(t, http.StatusOK)
	w.corebill(t, k.token, "DELETE /api_keys/"+k.id, nil).want(t, http.StatusOK)
}

func corebillHierarchy(t *testing.T, w *world) {
	allowed := map[string]map[string]bool{}
	for _, level := range []string{"read", "write", "admin"} {
		k := w.organizationKey(t, level)
		allowed[level] = map[string]bool{}
		for _, o := range corebillOperations {
			a := w.corebill(t, k.token, o.line, nil)
			allowed[level][o.line] = a.status != http.StatusForbidden
		}
	}
	for _, pair := range [][2]string{{"read", "write"}, {"write", "admin"}} {
		lower, higher := pair[0], pair[1]
		more := 0
		for line, may := range allowed[lower] {
			if may && !allowed[higher][line] {
				t.Errorf("%s is allowed at level %s and refused at level %s", line, lower, higher)
			}
			if allowed[higher][line] && !may {
				more++
			}
		}
		if more == 0 {
			t.Errorf("level %s allows nothing that %s does not", higher, lower)
		}
	}
}

func corebillInsufficient(t *testing.T, w *world) {
	read, write := w.corebillKey(t, "read"), w.corebillKey(t, "write")
	for _, c := range []struct {
		token, line string
		message     string
	}{
		{read.token, "POST /customers", accessMessage["write"]},
		{read.token, "POST /api_keys", accessMessage["write"]},
		{read.token, "DELETE /customers/cus_000000000000", accessMessage["admin"]},
		{write.token, "DELETE /customers/cus_000000000000", accessMessage["admin"]},
		{write.token, "PATCH /companies/" + w.company, accessMessage["admin"]},
	} {
		w.corebill(t, c.token, c.line, nil).corebillRefuses(t, http.StatusForbidden, c.message)
	}
}

func corebillErrorSample(t *testing.T, w *world) {
	k := w.corebillKey(t, "read")
	a := w.corebill(t, k.token, "POST /customers", object{"name": "C-refused"})
	a.corebillRefuses(t, http.StatusForbidden, "Insufficient permissions. Write access required.")
	if got := w.corebill(t, w.corebillToken, "GET /customers?limit=100", nil).data(t); contains(t, got, "name", "C-refused") {
		t.Errorf("a refused request made a customer")
	}
}

func contains(t *testing.T, objects []object, field, value string) bool {
	t.Helper()
	for _, o := range objects {
		if o.text(t, field) == value {
			return true
		}
	}
	return false
}
