package validate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

const (
	mediaType = "application/json"
	// MaxBody is how long a request's body may be, in bytes.
	MaxBody = 1 << 20
)

// Refusal says why a request does not fit the contract.
type Refusal struct {
	// Status is 400, 413 (the body is too long) or 415 (it is not JSON).
	Status   int
	Findings []Finding
}

// Finding is one thing that is wrong.
type Finding struct {
	// In is where: path, query, header or body.
	In string
	// Name of the parameter or field, or "body" for the body as a whole.
	Name string
	// Missing tells that it is required and not there.
	Missing bool
	// Problem follows the name in a sentence: "must be an integer". It never
	// holds the value, which may be a secret.
	Problem string
}

// String is the finding as a sentence that starts with the name.
func (f Finding) String() string { return f.Name + " " + f.Problem }

// Error joins the findings.
func (r *Refusal) Error() string {
	texts := make([]string, len(r.Findings))
	for i, f := range r.Findings {
		texts[i] = f.String()
	}
	return strings.Join(texts, "; ")
}

func refuse(status int, findings ...Finding) *Refusal {
	return &Refusal{Status: status, Findings: findings}
}

// Check reads the request's body and checks everything against the operation.
// It returns the body, or an error that is a *Refusal. Missing parameters come
// first, then whatever is wrong with parameters, then with the body.
func (o *Operation) Check(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	findings := o.checkParameters(r)
	body, refusal := readBody(w, r)
	if refusal != nil && len(findings) == 0 {
		return nil, refusal
	}
	if refusal == nil {
		refusal = o.checkBody(r, body)
	}
	if refusal != nil {
		if refusal.Status != http.StatusBadRequest && len(findings) == 0 {
			return nil, refusal
		}
		findings = append(findings, refusal.Findings...)
	}
	if len(findings) > 0 {
		return nil, refuse(http.StatusBadRequest, findings...)
	}
	return body, nil
}

func (o *Operation) checkParameters(r *http.Request) []Finding {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return []Finding{{In: "query", Name: "query string", Problem: "is malformed"}}
	}
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: o.pathParameters(r), QueryParams: query, Route: o.route,
		Options: &openapi3filter.Options{MultiError: true, SkipSettingDefaults: true},
	}
	var findings []Finding
	for _, p := range o.parameters {
		if problem := given(r, query, p.Value); problem != "" {
			findings = append(findings, Finding{In: p.Value.In, Name: p.Value.Name, Missing: problem == required, Problem: problem})
		} else if err := openapi3filter.ValidateParameter(r.Context(), input, p.Value); err != nil {
			findings = append(findings, describe(p.Value.In, p.Value.Name, err)...)
		}
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		switch {
		case a.Missing == b.Missing:
			return 0
		case a.Missing:
			return -1
		default:
			return 1
		}
	})
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !o.query[name] {
			findings = append(findings, Finding{In: "query", Name: shown(name), Problem: "is not a known query parameter"})
		}
	}
	return findings
}

const required = "is required"

// given refuses what no schema sees: a parameter that comes more than once or
// without a value, and text that a database could not store.
func given(r *http.Request, query url.Values, p *openapi3.Parameter) string {
	var values []string
	switch p.In {
	case openapi3.ParameterInQuery:
		values = query[p.Name]
	case openapi3.ParameterInHeader:
		values = r.Header.Values(p.Name)
	case openapi3.ParameterInPath:
		values = []string{r.PathValue(p.Name)}
	}
	if len(values) > 1 {
		return "must be given once"
	}
	switch {
	case len(values) == 0:
		return ""
	case values[0] == "" && p.Required:
		return required
	case values[0] == "":
		return "must not be empty"
	case !ValidText(values[0]):
		return "must be valid text"
	default:
		return ""
	}
}

// ValidText reports whether every database can store the text: it is UTF-8 and
// has no NUL.
func ValidText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

func (o *Operation) pathParameters(r *http.Request) map[string]string {
	params := map[string]string{}
	for _, p := range o.parameters {
		if p.Value.In == openapi3.ParameterInPath {
			params[p.Value.Name] = r.PathValue(p.Value.Name)
		}
	}
	return params
}

func bodyFinding(problem string) Finding { return Finding{In: "body", Name: "body", Problem: problem} }

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, *Refusal) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return nil, refuse(http.StatusRequestEntityTooLarge, bodyFinding(fmt.Sprintf("must be at most %d bytes long", MaxBody)))
	case err != nil:
		return nil, refuse(http.StatusBadRequest, bodyFinding("could not be read"))
	}
	return body, nil
}

func (o *Operation) checkBody(r *http.Request, body []byte) *Refusal {
	if len(body) == 0 {
		if o.bodyRequired {
			return refuse(http.StatusBadRequest, Finding{In: "body", Name: "body", Missing: true, Problem: required})
		}
		return nil
	}
	if o.body == nil {
		// Some clients send an empty object with every POST; it says nothing.
		if string(bytes.TrimSpace(body)) == "{}" {
			return nil
		}
		return refuse(http.StatusBadRequest, bodyFinding("must be empty"))
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != mediaType {
		return refuse(http.StatusUnsupportedMediaType, Finding{In: "header", Name: "Content-Type", Problem: "must be " + mediaType})
	}
	value, problem := parse(body)
	if problem != "" {
		return refuse(http.StatusBadRequest, bodyFinding(problem))
	}
	if err := o.body.VisitJSON(value, openapi3.VisitAsRequest(), openapi3.MultiErrors()); err != nil {
		return refuse(http.StatusBadRequest, describe("body", "", err)...)
	}
	return nil
}

// parse returns the body's one JSON value, or what is wrong with it.
func parse(body []byte) (value any, problem string) {
	if !utf8.Valid(body) {
		return nil, "must be UTF-8"
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, "must be JSON"
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, "must be one JSON value"
	}
	if !storable(value) {
		return nil, "must not contain the character U+0000"
	}
	return value, ""
}

// storable reports whether every text in a JSON value is ValidText.
func storable(value any) bool {
	switch value := value.(type) {
	case string:
		return ValidText(value)
	case []any:
		return !slices.ContainsFunc(value, func(item any) bool { return !storable(item) })
	case map[string]any:
		for name, field := range value {
			if !ValidText(name) || !storable(field) {
				return false
			}
		}
	}
	return true
}
