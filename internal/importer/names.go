package importer

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// namer gives every object a name of its own among those of its type. Names come
// from what objects are called alone, not from the order in which they are read,
// so that the same account gets the same names again.
type namer struct{}

func (namer) name(parts []*part) {
	byKind := map[string][]*object{}
	for _, p := range parts {
		for _, o := range p.objects {
			byKind[o.kind] = append(byKind[o.kind], o)
		}
	}
	for _, objects := range byKind {
		tries := []func(*object) string{
			func(o *object) string { return slug(o.label, "this") },
			func(o *object) string { return slug(o.label+" "+o.hint, "this") },
			func(o *object) string { return slug(o.label+" "+o.hint+" "+o.id, "this") },
		}
		for _, o := range objects {
			o.name = tries[0](o)
		}
		for _, try := range tries[1:] {
			for _, o := range sharing(objects) {
				o.name = try(o)
			}
		}
	}
}

// sharing returns the objects whose name another one has too.
func sharing(objects []*object) []*object {
	count := map[string]int{}
	for _, o := range objects {
		count[o.name]++
	}
	var shared []*object
	for _, o := range objects {
		if count[o.name] > 1 {
			shared = append(shared, o)
		}
	}
	return shared
}

// slug makes a name as Terraform takes it: small letters, digits and single
// underscores, beginning with a letter. What has nothing of that is otherwise.
func slug(text, otherwise string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(spelled.Replace(mask.Text(text)))) {
		switch {
		case unicode.Is(unicode.Mn, r): // the dots of an ä
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	made := strings.Trim(b.String(), "_")
	switch {
	case made == "":
		return otherwise
	case made[0] >= '0' && made[0] <= '9':
		return "n" + made
	default:
		return made
	}
}

// spelled are letters that have no base letter but a spelling.
var spelled = strings.NewReplacer("ß", "ss", "æ", "ae", "Æ", "ae", "ø", "o", "Ø", "o", "ł", "l", "Ł", "l", "đ", "d", "Đ", "d")

// urlLabel is what people call an endpoint: its host and path.
func urlLabel(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "webhook"
	}
	return u.Hostname() + " " + u.Path
}
