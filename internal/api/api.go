// Package api is the REST surface: it parses, calls a use case and renders. Its
// types are the contract, and the OpenAPI document is made from them. The
// domains check the input, not the types.
package api

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/courier"
	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/memory"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/repeat"
	flow "github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/thanks"

	"github.com/danielgtaylor/huma/v2"
)

// Prefix is where the API lies, and Document where it describes itself.
const (
	Prefix   = "/api/v1"
	Document = Prefix + "/openapi.json"
)

const schemas = "#/components/schemas/"

// Services are the use cases that the API offers.
type Services struct {
	DB       *db.DB
	Accounts *account.Service
	Settings *setting.Service
	Org      *org.Service
	Absences *absence.Service
	Courier  *courier.Service
	Links    *link.Service
	Handoffs *handoff.Service
	Datasets *dataset.Service
	Routes   *flow.Service
	Repeats  *repeat.Service
	Ratings  *rating.Service
	Thanks   *thanks.Service
	Needs    *need.Service
	Pulses   *pulse.Service
	Insights *insight.Service

	// Events streams what changes in the company of the actor.
	Events func(http.ResponseWriter, *http.Request, authz.Actor)
	// InviteURL is the address at which somebody uses the secret of an invitation.
	InviteURL func(secret string) string
}

// surface is the API while its routes are added.
type surface struct {
	Services
	api  huma.API
	sent memory.Of[chainKey, packedChain] // the network as it is sent
}

// New adds the API to mux.
func New(mux *http.ServeMux, s Services) huma.API {
	// What huma adds of its own to a document stays out: the types are the contract.
	c := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Eslabón", Version: "1", Description: about},
			Servers: []*huma.Server{{URL: "/", Description: "This installation"}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry(schemas, huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token":   {Type: "http", Scheme: "bearer", Description: "A token of POST /tokens."},
					"session": {Type: "apiKey", In: "cookie", Name: "eslabon", Description: "The cookie of POST /session."},
				},
			},
			Security: []map[string][]string{{"token": {}}, {"session": {}}},
			Tags:     tags,
		},
		Formats:       map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat: "application/json",
	}
	d := &door{mux: mux, once: &keys{s.DB}, paths: map[string][]string{}}
	f := &surface{Services: s, api: huma.NewAPI(c, d)}
	f.sessions()
	f.company()
	f.calendars()
	f.simulate()
	f.nodes()
	f.people()
	f.offers()
	f.links()
	f.agreements()
	f.handoffs()
	f.steps()
	f.clocks()
	f.upstream()
	f.routes()
	f.repeats()
	f.files()
	f.flow()
	f.promises()
	f.ratings()
	f.thankful()
	f.needs()
	f.pulses()
	f.insights()
	f.week()
	f.bell()
	f.notices()
	f.tokens()
	f.log()
	f.imports()
	f.exports()
	f.eventLog()
	f.datasets()
	exemplify(f.api)
	d.document(f.api)
	d.elsewhere()
	return f.api
}

// route is what a route is called and what it takes.
type route struct {
	method  string
	path    string
	id      string
	summary string
	detail  string
	status  int   // of success; 200, or 204 without a body, if it is zero
	most    int64 // bytes of the body; a form's if it is zero
	public  bool  // for who is signed out too
	long    bool  // it may take minutes
	secret  bool  // the answer holds a secret, which is told once and never kept
	apart   bool  // nothing is kept of the request: not its line in the log, not the key to repeat it
	shape   func(*huma.Operation)
}

// Bytes of a body.
const (
	mostForm   = httpx.MaxForm
	mostUpload = 25 << 20 // two files of the largest size, in base64 one
)

// slow is how long a body may take to arrive: as long as the server waits.
const slow = 2 * time.Minute

// What the door must know of a route, in the metadata of its operation.
const (
	public = "public"
	secret = "secret"
	apart  = "apart"
)

// on adds a route that calls use for the actor of the request.
func on[I, O any](f *surface, tag string, r route, use func(context.Context, authz.Actor, *I) (*O, error)) {
	o := huma.Operation{
		OperationID: r.id, Method: r.method, Path: Prefix + r.path, Summary: r.summary, Description: r.detail,
		Tags: []string{tag}, DefaultStatus: r.status, MaxBodyBytes: cmp.Or(r.most, mostForm) + 1, BodyReadTimeout: slow,
		SkipValidateParams: true, SkipValidateBody: true,
		Metadata: map[string]any{public: r.public, secret: r.secret, apart: r.apart},
	}
	if r.long {
		o.BodyReadTimeout = -1 // a deadline that passes while the use case runs would end it
	}
	if r.public {
		o.Security = []map[string][]string{{}}
	} else if r.method == http.MethodPost && !r.apart {
		o.Parameters = []*huma.Param{onceParam}
	}
	if r.shape != nil {
		r.shape(&o)
	}
	query := queryOf[I]()
	huma.Register(f.api, o, func(ctx context.Context, in *I) (*O, error) {
		if r.apart {
			httpx.Quiet(ctx)
		}
		a, err := httpx.Actor(ctx)
		if err != nil && !r.public {
			return nil, problem(ctx, err, query)
		}
		out, err := use(ctx, a, in)
		if err != nil {
			return nil, problem(ctx, err, query)
		}
		return out, nil
	})
}

// body is a request with nothing but a body.
type body[B any] struct{ Body B }

// ByID is a request about one record.
type ByID struct {
	ID string `path:"id" doc:"Its id."`
}

// idBody is a request that sends something about one record.
type idBody[B any] struct {
	ByID
	Body B
}

// idMaybe is like idBody, and the body may be left out.
type idMaybe[B any] struct {
	ByID
	Body *B
}

// given returns the body, or an empty one.
func (in *idMaybe[B]) given() B {
	if in.Body == nil {
		return *new(B)
	}
	return *in.Body
}

// nothing is an empty request or answer.
type nothing struct{}

// out is an answer.
type out[B any] struct{ Body B }

func answer[B any](b B, err error) (*out[B], error) {
	if err != nil {
		return nil, err
	}
	return &out[B]{b}, nil
}

// list returns v, never nil, so that it reads [] and not null.
func list[T any](v []T) []T {
	if v == nil {
		return []T{}
	}
	return v
}

// each returns what fn makes of every v.
func each[T, U any](v []T, fn func(T) U) []U {
	out := make([]U, len(v))
	for i, x := range v {
		out[i] = fn(x)
	}
	return out
}

// texts turns ids into text and back.
func texts[U, T ~string](v []T) []U { return each(v, func(x T) U { return U(x) }) }

// secs is a duration as the API writes it.
func secs(d time.Duration) int64 { return int64(d / time.Second) }

// mostSecs keeps a number of seconds from running over; the domain refuses
// what is far less.
const mostSecs = 1 << 32

func duration(s int64) time.Duration { return time.Duration(max(-1, min(s, mostSecs))) * time.Second }

// or returns *p, or v if p is nil: a field that was left out stays as it is.
func or[T any](p *T, v T) T {
	if p == nil {
		return v
	}
	return *p
}

// document serves the OpenAPI document, and keeps it ready.
func (d *door) document(api huma.API) {
	b, err := json.Marshal(api.OpenAPI())
	if err != nil {
		panic(fmt.Errorf("openapi document: %w", err)) // the first start of any test finds it
	}
	d.mux.HandleFunc("GET "+Document, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(b)))
		_, _ = w.Write(b) // the reader may be gone
	})
	d.paths[Document] = []string{http.MethodGet}
}

// wild reports whether the pattern of a path, with {names}, matches path.
func wild(pattern, path string) bool {
	p, q := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(p) != len(q) {
		return false
	}
	for i := range p {
		if p[i] != q[i] && (!strings.HasPrefix(p[i], "{") || q[i] == "") {
			return false
		}
	}
	return true
}
