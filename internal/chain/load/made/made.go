// Package made makes up event logs of any size, for measuring.
package made

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

// Incidents writes a made-up log of a service desk: the same keys, and
// about as many different values, as the public logs of that trade.
func Incidents(w io.Writer, seed uint64, cases int) error {
	r := rand.New(rand.NewPCG(seed, 2))
	b := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprint(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log xes.version=\"1.0\">\n")
	pick := func(name string, n int) string {
		return fmt.Sprintf("%s %d", name, int(float64(n)*r.Float64()*r.Float64()))
	}
	at := time.Date(2024, 1, 8, 8, 0, 0, 0, time.UTC)
	steps := []string{"Accepted", "Queued", "Completed", "Unmatched"}
	for c := range cases {
		fmt.Fprintf(b, "\t<trace>\n\t\t<string key=\"concept:name\" value=\"1-%09d\"/>\n", 364_000_000+c)
		at = at.Add(time.Duration(r.IntN(600)) * time.Second)
		now := at
		team, product := pick("G", 649), pick("PROD", 704)
		for range 1 + r.IntN(16) {
			now = now.Add(time.Duration(r.IntN(80_000)) * time.Second)
			if r.IntN(4) == 0 {
				team = pick("G", 649)
			}
			fmt.Fprint(b, "\t\t<event>\n")
			for _, kv := range [][2]string{
				{"org:group", team},
				{"resource country", pick("Country", 32)},
				{"organization country", pick("se", 23)},
				{"org:resource", pick("Person", 1440)},
				{"organization involved", pick("Org line", 25)},
				{"org:role", pick("A", 23)},
				{"concept:name", steps[r.IntN(len(steps))]},
				{"impact", pick("Level", 4)},
				{"product", product},
				{"lifecycle:transition", pick("State", 13)},
			} {
				fmt.Fprintf(b, "\t\t\t<string key=\"%s\" value=\"%s\"/>\n", kv[0], kv[1])
			}
			fmt.Fprintf(b, "\t\t\t<date key=\"time:timestamp\" value=\"%s\"/>\n\t\t</event>\n", now.Format("2006-01-02T15:04:05-07:00"))
		}
		fmt.Fprint(b, "\t</trace>\n")
	}
	fmt.Fprint(b, "</log>\n")
	return b.Flush()
}
