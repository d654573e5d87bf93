package due_test

import (
	"strings"
	"testing"
)

// Other resources are none of its business, whatever is in them.
func TestOthers(t *testing.T) {
	keys, err := parse([]byte(`{"version":4,"lineage":"a","resources":[{"mode":"managed","type":"aws_instance","name":"a","instances":[{"attributes":{"id":1}}]}]}`))
	if err != nil || len(keys) != 0 {
		t.Errorf("%d keys, error %v", len(keys), err)
	}
}

// A state is refused as a whole where one of its keys can't be read.
func TestBadKeys(t *testing.T) {
	file := func(instance string) string {
		return `{"version":4,"lineage":"a","resources":[{"module":"module.m","mode":"managed","type":"keyward_corebill_api_key","name":"a","instances":[` + instance + `]}]}`
	}
	for _, test := range []struct{ name, text, want string }{
		{"no attributes", file(`{}`), "module.m.keyward_corebill_api_key.a: its values are not in the form that the provider gives them: "},
		{"no id", file(`{"index_key":"b","attributes":{"name":"a"}}`), `module.m.keyward_corebill_api_key.a["b"]: it has no id`},
		{"a time that is none", file(`{"index_key":1,"attributes":{"id":"a","rotate_due":"soon"}}`), `module.m.keyward_corebill_api_key.a[1]: its values are not in the form that the provider gives them: parsing time`},
	} {
		t.Run(test.name, func(t *testing.T) {
			keys, err := parse([]byte(test.text))
			if err == nil || keys != nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%d keys, error %v, want %q", len(keys), err, test.want)
			}
		})
	}
}
