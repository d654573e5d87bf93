package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/deliver"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/record"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/requestctx"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// Where the platforms are mounted; a base URL ends with it.
const (
	corebillMount = "/corebill"
	billiumMount  = "/billium"
)

const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
	// shutdownTimeout is how long requests in flight may take to finish.
	shutdownTimeout = 10 * time.Second
)

// Server is a sandbox with an open database.
type Server struct {
	options    Options
	store      *store.Store
	recorder   *record.Recorder
	deliveries *deliver.Engine
	corebill   corebill.Config
	billium    billium.Config
	world      world
	handler    http.Handler
}

// New opens the database, makes what an empty one lacks, and checks the
// credentials file, if there is one. The caller closes the server, or lets Serve
// do it.
func New(ctx context.Context, options Options) (*Server, error) {
	options = options.withDefaults()
	opened, err := store.Open(ctx, options.Database)
	if err != nil {
		return nil, err
	}
	recorder := record.New(opened.WriteRecords, options.Logger) //nolint:contextcheck // it outlives the start, Close ends it
	deliveries := deliver.New(deliver.Config{
		Store: opened, Transport: options.Transport, Now: options.Now, Rand: options.Rand, Logger: options.Logger,
	})
	s := &Server{options: options, store: opened, recorder: recorder, deliveries: deliveries}
	if err := s.assemble(ctx); err != nil {
		return nil, errors.Join(err, s.Close(ctx))
	}
	return s, nil
}

func (s *Server) assemble(ctx context.Context) error {
	o := s.options
	s.corebill = corebill.Config{
		Store: s.store, Recorder: s.recorder, Deliveries: s.deliveries,
		Now: o.Now, Rand: o.Rand, TokenStart: o.TokenStart, Logger: o.Logger, Requests: o.Requests,
	}
	s.billium = billium.Config{
		Store: s.store, Recorder: s.recorder, Deliveries: s.deliveries, RateLimits: o.RateLimits == RateLimitsDocumented,
		Now: o.Now, Rand: o.Rand, TokenStart: o.TokenStart, Logger: o.Logger, Requests: o.Requests,
	}
	corebillAPI, err := corebill.New(s.corebill)
	if err != nil {
		return fmt.Errorf("serving Corebill: %w", err)
	}
	billiumAPI, err := billium.New(s.billium)
	if err != nil {
		return fmt.Errorf("serving Billium: %w", err)
	}
	s.handler = mount(corebillAPI, billiumAPI)
	if s.world, err = s.prepare(ctx); err != nil {
		return err
	}
	// A wrong credentials file is refused before anything is served.
	if _, err := s.kept(ctx); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// mount puts the platforms under their prefixes. What is under neither is no
// platform's: it is answered without a row in anyone's log.
func mount(corebillAPI, billiumAPI http.Handler) http.Handler {
	corebillAPI = http.StripPrefix(corebillMount, corebillAPI)
	billiumAPI = http.StripPrefix(billiumMount, billiumAPI)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, corebillMount+"/"):
			corebillAPI.ServeHTTP(w, r)
		case strings.HasPrefix(path, billiumMount+"/"):
			billiumAPI.ServeHTTP(w, r)
		default:
			requestctx.Raw(w, http.StatusNotFound,
				[]byte(`{"error":"Not found. Corebill is under `+corebillMount+`/v1, Billium under `+billiumMount+`/v1."}`+"\n"))
		}
	})
}

// Handler serves both platforms, under /corebill and /billium.
func (s *Server) Handler() http.Handler { return s.handler }

// HandOver returns the credentials for a server that answers at baseURL, and
// writes the credentials file. Tokens of an existing file are kept.
func (s *Server) HandOver(ctx context.Context, baseURL string) (Handover, error) {
	h, err := s.handover(ctx)
	if err != nil {
		return h, err
	}
	h.Credentials.Corebill.BaseURL, h.Credentials.Billium.BaseURL = baseURL+corebillMount, baseURL+billiumMount
	if s.options.CredentialsFile != "" {
		err = writeCredentials(s.options.CredentialsFile, h.Credentials)
	}
	return h, err
}

// Close breaks off deliveries under way, writes what the recorder holds and
// closes the database.
func (s *Server) Close(ctx context.Context) error {
	return errors.Join(s.deliveries.Close(ctx), s.recorder.Close(ctx), s.store.Close())
}

// Serve listens, hands over the credentials and serves until ctx is done. Then
// it lets requests in flight finish and closes the server. It returns nil after
// a clean end.
func (s *Server) Serve(ctx context.Context) error {
	err := s.serve(ctx)
	return errors.Join(err, s.Close(context.WithoutCancel(ctx)))
}

func (s *Server) serve(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.options.Listen)
	if err != nil {
		return fmt.Errorf("listening at %s: %w", s.options.Listen, err)
	}
	server := s.httpServer()
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	if err := s.announce(ctx, listener.Addr()); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case err := <-served:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return errors.Join(fmt.Errorf("ending requests in flight: %w", err), server.Close())
	}
	return nil
}

func (s *Server) httpServer() *http.Server {
	return &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.options.Logger.Handler(), slog.LevelWarn),
	}
}

func (s *Server) announce(ctx context.Context, address net.Addr) error {
	h, err := s.HandOver(ctx, "http://"+reachable(address.String()))
	if err != nil {
		return err
	}
	if s.options.Ready != nil {
		s.options.Ready(Ready{
			Address: address.String(), CorebillBaseURL: h.Credentials.Corebill.BaseURL,
			BilliumBaseURL: h.Credentials.Billium.BaseURL, Minted: h.Minted, Warnings: append(exposed(address.String()), h.Warnings...),
		})
	}
	return nil
}
