package store

import (
	"reflect"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// TestColumns reads the names of the columns from a struct.
func TestColumns(t *testing.T) {
	type base struct {
		ID, LogoURL string
	}
	type row struct {
		base

		DurationMS int
		Number     int    `db:"attempt"`
		Role       string `db:"COALESCE(a, b),read"`
	}
	c := columnsOf(reflect.TypeFor[row]())
	if want := "id, logo_url, duration_ms, attempt"; c.writtenNames != want || c.readNames != want+", COALESCE(a, b)" {
		t.Errorf("%q are written and %q read", c.writtenNames, c.readNames)
	}
	got := c.values(reflect.ValueOf(row{base: base{ID: "a", LogoURL: "b"}, DurationMS: 3, Number: 4}))
	if want := []any{"a", "b", 3, 4}; !reflect.DeepEqual(got, want) {
		t.Errorf("the values are %v, want %v", got, want)
	}
}

// TestEncode stores values and reads them again.
func TestEncode(t *testing.T) {
	at := time.Date(2026, 1, 15, 10, 0, 0, 123456000, time.UTC)
	type row struct {
		Time        time.Time
		TimeOrNil   *time.Time
		Words       []string
		Permissions []billium.Permission
		Role        billium.Role
		Text        *string
	}
	full := row{at, &at, []string{"a", "b"}, []billium.Permission{billium.MerchantBilling, billium.InvoiceView}, billium.Viewer, new("x")}
	tests := []struct {
		name string
		row  row
		want []any
	}{
		{"full", full, []any{at.UnixMicro(), at.UnixMicro(), "a b", "merchant:billing invoice:view", string(billium.Viewer), "x"}},
		{"empty", row{Time: at, Words: []string{}, Permissions: []billium.Permission{}}, []any{at.UnixMicro(), nil, "", "", "", nil}},
		{"null", row{Time: at, Words: []string{}}, []any{at.UnixMicro(), nil, "", nil, "", nil}},
	}
	c := columnsOf(reflect.TypeFor[row]())
	for _, test := range tests {
		stored := c.values(reflect.ValueOf(test.row))
		if !reflect.DeepEqual(stored, test.want) {
			t.Errorf("%s is stored as %#v, want %#v", test.name, stored, test.want)
		}
		var read row
		for i, into := range c.pointers(reflect.ValueOf(&read)) {
			if scanner, ok := into.(interface{ Scan(stored any) error }); ok {
				if err := scanner.Scan(stored[i]); err != nil {
					t.Errorf("%s: %v", test.name, err)
				}
			}
		}
		read.Role, read.Text = test.row.Role, test.row.Text // for database/sql
		if !reflect.DeepEqual(read, test.row) {
			t.Errorf("%s is read as %+v, want %+v", test.name, read, test.row)
		}
	}
}
