package requestctx_test

import (
	"bytes"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/requestctx"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

type rows struct {
	logs []store.Log
	used []bool
}

func (r *rows) add(row store.Log, used bool) {
	r.logs, r.used = append(r.logs, row), append(r.used, used)
}

func recording(r *rows, output io.Writer) requestctx.Recording {
	return requestctx.Recording{
		Platform: store.Corebill, Add: r.add, Now: time.Now, Rand: rand.Reader,
		NewLogID: func(random io.Reader) (string, error) { return corebill.NewID(random, corebill.LogID) },
		Logger:   slog.New(slog.NewTextHandler(output, nil)),
		Requests: slog.New(slog.NewTextHandler(output, nil)),
		Fail:     func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) },
	}
}

func TestRowIsThereBeforeTheAnswer(t *testing.T) {
	r := &rows{}
	answered := httptest.NewRecorder()
	handler := recording(r, io.Discard).Wrap(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		id := "key_1"
		requestctx.From(request.Context()).KeyID = &id
		if err := requestctx.JSON(w, http.StatusCreated, map[string]string{"a": "<&>"}); err != nil {
			t.Error(err)
		}
		if len(r.logs) != 1 {
			t.Error("the answer left before its row was recorded")
		}
	}))
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/customers?company_id=com_1", nil)
	request.Header.Set("User-Agent", "test")
	handler.ServeHTTP(answered, request)

	if !regexp.MustCompile(`^req_[0-9a-f]{16}$`).MatchString(answered.Header().Get("X-Request-Id")) {
		t.Errorf("the request id is %q", answered.Header().Get("X-Request-Id"))
	}
	if got := answered.Body.String(); got != "{\"a\":\"<&>\"}\n" {
		t.Errorf("the body is %q", got)
	}
	row := r.logs[0]
	if row.Method != "POST" || row.Path != "/v1/customers" || row.Status != 201 || *row.KeyID != "key_1" || row.UserAgent != "test" || row.IP != "192.0.2.1" || !r.used[0] {
		t.Errorf("the row is %+v, used %v", row, r.used[0])
	}
}

func TestPanicIsA500(t *testing.T) {
	r := &rows{}
	answered := httptest.NewRecorder()
	recording(r, io.Discard).Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oh") })).
		ServeHTTP(answered, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if answered.Code != http.StatusInternalServerError || len(r.logs) != 1 || r.logs[0].Status != 500 || r.used[0] {
		t.Errorf("answered %d, rows %+v", answered.Code, r.logs)
	}
}

func TestWhatAClientSendsIsCleaned(t *testing.T) {
	secretKey, err := billium.NewToken(rand.Reader, billium.Secret)
	if err != nil {
		t.Fatal(err)
	}
	live, err := corebill.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r, output := &rows{}, &bytes.Buffer{}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/api_keys/"+live+"%00%ff", nil)
	request.Header.Set("User-Agent", secretKey+strings.Repeat("x", 4096))
	recording(r, output).Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { requestctx.Raw(w, 404, nil) })).
		ServeHTTP(httptest.NewRecorder(), request)
	row := r.logs[0]
	if want := "/v1/api_keys/sk_live_[redacted]\uFFFD\uFFFD"; row.Path != want {
		t.Errorf("the path is %q, want %q", row.Path, want)
	}
	if len(row.UserAgent) > 512 || !strings.HasPrefix(row.UserAgent, "sk_[redacted]") {
		t.Errorf("the user agent is %q", row.UserAgent)
	}
	for _, token := range []string{secretKey, live} {
		if strings.Contains(output.String(), token) {
			t.Error("the output holds a token")
		}
	}
}
