package api

import (
	"github.com/danielgtaylor/huma/v2"
)

// about opens the document.
const about = `Everything the pages can do.

Sign in with POST /session, or send a token: Authorization: Bearer esl_….

Lists come in pages: {"items": […], "next": "…"}; send next as cursor for the one that follows.
Times are RFC 3339, durations whole seconds (…_secs), working time unless it says otherwise.
A refusal is a problem (RFC 9457) in the language of Accept-Language, es or en; code and type stay the same in both.
What belongs to another company is not there: 404.
Every POST takes an Idempotency-Key.`

var tags = []*huma.Tag{
	{Name: "session", Description: "Signing in, and who one is"},
	{Name: "company", Description: "What the company decides about itself"},
	{Name: "organisation", Description: "Areas, teams, posts, who is outside, and the people"},
	{Name: "services", Description: "What each node offers"},
	{Name: "links", Description: "Who supplies whom, and what both have agreed"},
	{Name: "handoffs", Description: "Work on its way: asked, taken, delivered, accepted or returned"},
	{Name: "routes", Description: "Sequences of services, and the pieces of work that flow along them"},
	{Name: "repeats", Description: "What is asked for again and again"},
	{Name: "chain", Description: "Queues, figures and promises"},
	{Name: "voice", Description: "Ratings, thanks, needs, pulses, and what they say together"},
	{Name: "notices", Description: "The bell"},
	{Name: "tokens", Description: "Keys for programs"},
	{Name: "datasets", Description: "Event logs that were brought in, and the chain that is in them"},
	{Name: "tables", Description: "What comes in and goes out as CSV or XLSX"},
	{Name: "log", Description: "What happened, and what is happening"},
}
