package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/rating"
)

// Rating is what one end of a handoff said of the other.
type Rating struct {
	Handoff      string         `json:"handoff"`
	Number       int64          `json:"number" doc:"Of the handoff."`
	Title        string         `json:"title" doc:"Of the handoff."`
	Side         string         `json:"side" enum:"customer,supplier" doc:"Who speaks: the customer of the delivery, or the supplier of how it was asked."`
	Score        int            `json:"score" doc:"1 to 5."`
	Letters      map[string]int `json:"letters,omitempty" doc:"ideal, culture, attention, response, empathy: 1 to 5."`
	Note         string         `json:"note,omitempty"`
	Person       string         `json:"person"`
	PersonName   string         `json:"person_name"`
	RatedAt      time.Time      `json:"rated_at"`
	Owed         bool           `json:"owed" doc:"It is low, and nobody answered yet."`
	Answer       string         `json:"answer,omitempty"`
	AnsweredBy   string         `json:"answered_by,omitempty"`
	AnsweredName string         `json:"answered_name,omitempty"`
	AnsweredAt   time.Time      `json:"answered_at,omitzero"`
	Helped       string         `json:"helped,omitempty" enum:",yes,no" doc:"What who rated says of the answer."`
}

// NewRating rates one end; the first of an end holds.
type NewRating struct {
	Side    string         `json:"side,omitempty" enum:"customer,supplier" doc:"customer if it is left out."`
	Score   int            `json:"score" doc:"1 to 5."`
	Letters map[string]int `json:"letters,omitempty" doc:"Of a customer, those it wants to speak of: 1 to 5."`
	Note    string         `json:"note,omitempty"`
}

// RatingAnswer answers a low rating.
type RatingAnswer struct {
	Side string `json:"side,omitempty" enum:"customer,supplier" doc:"Whose rating; customer if it is left out."`
	Text string `json:"text"`
}

// RatingHelped says whether an answer was of use.
type RatingHelped struct {
	Side string `json:"side,omitempty" enum:"customer,supplier"`
	Yes  bool   `json:"yes"`
}

// RatingQuestion is a rating that somebody is asked for.
type RatingQuestion struct {
	Handoff string    `json:"handoff"`
	Number  int64     `json:"number"`
	Title   string    `json:"title"`
	Side    string    `json:"side" enum:"customer,supplier"`
	Other   string    `json:"other" doc:"The node that would be rated."`
	AskedAt time.Time `json:"asked_at"`
}

// RatingMean is what many said. Under five people there is no mean.
type RatingMean struct {
	N             int                `json:"n" doc:"Ratings."`
	Raters        int                `json:"raters" doc:"People."`
	Mean          *float64           `json:"mean,omitempty" doc:"1 to 5; left out under five people."`
	Low           *float64           `json:"low,omitempty" doc:"Where the 95 % interval begins."`
	High          *float64           `json:"high,omitempty"`
	Satisfied     Share              `json:"satisfied" doc:"Scores of 4 and 5."`
	AnsweredOfLow Share              `json:"answered_of_low" doc:"Scores of 1 and 2 that have an answer."`
	Letters       map[string]float64 `json:"letters,omitempty" doc:"Means of the letters of which five people spoke."`
}

// LinkRatings is what both ends of a link said.
type LinkRatings struct {
	Since    time.Time  `json:"since"`
	Customer RatingMean `json:"customer" doc:"Of the deliveries."`
	Supplier RatingMean `json:"supplier" doc:"Of how it was asked."`
}

func sideOf(s string) rating.Side {
	if s == "" {
		return rating.Customer
	}
	return rating.Side(s)
}

func (f *surface) ratings() {
	const tag = "voice"
	on(f, tag, route{
		method: http.MethodPost, path: "/handoffs/{id}/rating", id: "rate", summary: "Say how the other end did", status: http.StatusCreated,
		detail: "The customer, once it accepted, rates the delivery; the supplier, once it delivered, whether the request was clear. 409 tells who was first.",
	}, func(ctx context.Context, a authz.Actor, in *idBody[NewRating]) (*out[Rating], error) {
		b := in.Body
		r, err := f.Ratings.Rate(ctx, a, rating.Rate{
			Handoff: id.Handoff(in.ID), Side: sideOf(b.Side), Score: b.Score, Letters: lettersIn(b.Letters), Note: b.Note, Via: rating.Program,
		})
		r.PersonName = a.Name
		return answer(ratingOf(r), err)
	})
	on(f, tag, route{
		method: http.MethodGet, path: "/handoffs/{id}/rating", id: "handoff-ratings", summary: "What both ends said of a handoff",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*out[page[Rating]], error) {
		if _, err := handoff.Get(ctx, f.DB, a.Company, id.Handoff(in.ID)); err != nil {
			return nil, err
		}
		all, err := f.Ratings.Of(ctx, a, id.Handoff(in.ID))
		return answer(page[Rating]{Items: each(all, ratingOf)}, err)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/handoffs/{id}/rating/answer", id: "answer-rating", summary: "Answer a rating", status: http.StatusNoContent,
	}, func(ctx context.Context, a authz.Actor, in *idBody[RatingAnswer]) (*nothing, error) {
		return nil, f.Ratings.Answer(ctx, a, id.Handoff(in.ID), sideOf(in.Body.Side), in.Body.Text)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/handoffs/{id}/rating/helped", id: "rating-helped", summary: "Say whether the answer was of use",
		status: http.StatusNoContent,
	}, func(ctx context.Context, a authz.Actor, in *idBody[RatingHelped]) (*nothing, error) {
		return nil, f.Ratings.Helped(ctx, a, id.Handoff(in.ID), sideOf(in.Body.Side), in.Body.Yes)
	})
	on(f, tag, route{method: http.MethodGet, path: "/ratings/waiting", id: "waiting-ratings", summary: "What one is asked to rate"},
		func(ctx context.Context, a authz.Actor, _ *nothing) (*out[page[RatingQuestion]], error) {
			all, err := f.Ratings.Waiting(ctx, a, mostRows)
			return answer(page[RatingQuestion]{Items: each(all, askedOf)}, err)
		})
	on(f, tag, route{method: http.MethodGet, path: "/ratings/owed", id: "owed-ratings", summary: "Low ratings of one's nodes without an answer"},
		func(ctx context.Context, a authz.Actor, _ *nothing) (*out[page[Rating]], error) {
			all, err := f.Ratings.Owed(ctx, a)
			return answer(page[Rating]{Items: each(all, ratingOf)}, err)
		})
	on(f, tag, route{method: http.MethodGet, path: "/links/{id}/rating", id: "link-ratings", summary: "What both ends of a link said"},
		func(ctx context.Context, a authz.Actor, in *struct {
			ByID
			Period
		},
		) (*out[LinkRatings], error) {
			since, err := in.time(ctx)
			if err != nil {
				return nil, err
			}
			l := LinkRatings{Since: since}
			for side, to := range map[rating.Side]*RatingMean{rating.Customer: &l.Customer, rating.Supplier: &l.Supplier} {
				m, err := f.Ratings.Link(ctx, a, id.Link(in.ID), side, since)
				if err != nil {
					return nil, err
				}
				*to = meanOf(m.Hide())
			}
			return &out[LinkRatings]{l}, nil
		})
}

func lettersIn(m map[string]int) map[rating.Letter]int {
	out := map[rating.Letter]int{}
	for l, score := range m {
		out[rating.Letter(l)] = score
	}
	return out
}

func ratingOf(r rating.Rating) Rating {
	var letters map[string]int
	if len(r.Letters) > 0 {
		letters = map[string]int{}
		for l, score := range r.Letters {
			letters[string(l)] = score
		}
	}
	return Rating{
		Handoff: string(r.Handoff), Number: r.Number, Title: r.Title, Side: string(r.Side), Score: r.Score, Letters: letters, Note: r.Note,
		Person: string(r.Person), PersonName: r.PersonName, RatedAt: r.RatedAt.Time, Owed: r.Owed(), Answer: r.Answer,
		AnsweredBy: string(r.AnsweredBy), AnsweredName: r.AnsweredName, AnsweredAt: r.AnsweredAt.Time, Helped: r.Helped,
	}
}

func askedOf(q rating.Asked) RatingQuestion {
	return RatingQuestion{
		Handoff: string(q.Handoff), Number: q.Number, Title: q.Title, Side: string(q.Side), Other: q.OtherName, AskedAt: q.AskedAt.Time,
	}
}

func meanOf(m rating.Mean) RatingMean {
	out := RatingMean{N: m.N, Raters: m.Raters, Satisfied: shareOf(m.Satisfied, m.Enough()), AnsweredOfLow: shareOf(m.AnsweredOfLow, m.Enough())}
	if m.Enough() {
		out.Mean, out.Low, out.High = &m.Value, &m.Low, &m.High
		out.Letters = map[string]float64{}
		for l, v := range m.Letters {
			out.Letters[string(l)] = v.Value
		}
	}
	return out
}
