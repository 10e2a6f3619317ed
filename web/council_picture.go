package web

import "kraj/geo"

// The picture of the council paper: people, projects and euros under each other on one
// axis. Fine lines drop from the people through the others. The page's own picture is
// drawn by web/app/src/balance-picture.ts.

const (
	pictureWidth = 680.0
	barHeight    = 26.0
)

// pictureFills are the fills of the classes; those that begin with url( are patterns of
// the template.
var pictureFills = map[string]string{
	"urban": "#415f78", "suburban": "url(#suburban)", "rural": "url(#rural)",
	"unclassified": "url(#unclassified)", "outside": "url(#outside)", "municipality_wide": "none", "unplaced": "url(#unplaced)",
}

var (
	comparedClasses = []string{"urban", "suburban", "rural"}
	restClasses     = []string{"unclassified", "outside", "municipality_wide", "unplaced"}
)

type councilPicture struct {
	Width, Height float64
	Label         string // the whole in words
	Bars          []pictureBar
	Drops         []float64 // where the people's classes end
	Top           float64   // of the drops
	Legend        []pictureKey
}

type pictureBar struct {
	Label, Caption, Note  string
	LabelY, Y, RestY, End float64
	RestNote              string
	Parts                 []picturePart
	Rest                  []picturePart
	Classed               float64 // width of what is in classed settlements
}

type picturePart struct {
	X, Width, TextX, TextY float64
	Fill, Text, Title      string
}

type pictureKey struct{ Fill, Text string }

// value of a row; what is not known has no length.
type rowValue func(geo.BalanceRow) float64

func byWeight(r geo.BalanceRow) float64 { return r.Weight }

func byCents(r geo.BalanceRow) float64 {
	if r.AmountCents == nil {
		return 0
	}
	return float64(*r.AmountCents)
}

func byPeople(r geo.BalanceRow) float64 {
	if r.PeopleShare == nil {
		return 0
	}
	return *r.PeopleShare
}

// newPicture draws the total; nil when there is nothing to compare.
func (p *councilPage) newPicture(b *geo.Balance) *councilPicture {
	pic := &councilPicture{Width: pictureWidth, Label: p.T["picture"]}
	y := 0.0
	add := func(label, caption string, value rowValue) {
		bar, ok := p.newBar(b.Total.Rows, value, y)
		if !ok {
			return
		}
		bar.Label, bar.Caption = label, caption
		pic.Bars = append(pic.Bars, bar)
		pic.Label += " " + label + ": " + bar.Note + "."
		y = bar.End + 10
	}
	people := ""
	if b.Population != nil && b.Population.Total != nil {
		people = p.lang.Int(*b.Population.Total)
	}
	add(p.T["people"], people, byPeople)
	if len(pic.Bars) == 1 {
		pic.Top = pic.Bars[0].Y
		for _, part := range pic.Bars[0].Parts[:len(pic.Bars[0].Parts)-1] {
			pic.Drops = append(pic.Drops, part.X+part.Width)
		}
	}
	compared := len(pic.Bars)
	add(p.T["projects"], p.lang.Int(int64(b.Total.Projects)), byWeight)
	if p.Money {
		add(p.T["euros"], p.lang.Euro(*b.Total.AmountCents), byCents)
	}
	if len(pic.Bars) == compared {
		return nil
	}
	pic.Height = y - 8
	used := map[string]bool{}
	for _, r := range b.Total.Rows {
		used[r.Class] = byWeight(r) > 0 || byPeople(r) > 0
	}
	for _, class := range geo.Classes {
		if used[class] {
			pic.Legend = append(pic.Legend, pictureKey{pictureFills[class], p.class(class)})
		}
	}
	return pic
}

// newBar lays one bar out: the parts of the classed whole, and below it what lies in no class.
func (p *councilPage) newBar(rows []geo.BalanceRow, value rowValue, y float64) (bar pictureBar, ok bool) {
	values := map[string]float64{}
	classed, whole := 0.0, 0.0
	for _, r := range rows {
		values[r.Class] = value(r)
		whole += value(r)
	}
	for _, class := range comparedClasses {
		classed += values[class]
	}
	if whole <= 0 {
		return bar, false
	}
	bar.LabelY, bar.Y = y+13, y+20
	bar.End = bar.Y + barHeight
	x := 0.0
	for _, class := range comparedClasses {
		if classed == 0 || values[class] == 0 {
			continue
		}
		share := values[class] / classed
		part := picturePart{X: x, Width: share * pictureWidth, Fill: pictureFills[class], TextX: x + 8, TextY: bar.Y + 18}
		words := p.class(class) + " " + p.lang.Percent(share)
		part.Text, part.Title = words, words
		if float64(len([]rune(words)))*7.4+16 > part.Width {
			part.Text = p.lang.Percent(share)
		}
		if float64(len([]rune(part.Text)))*7.4+10 > part.Width {
			part.Text = ""
		}
		bar.Parts = append(bar.Parts, part)
		bar.Note = join(bar.Note, words, ", ")
		x += part.Width
	}
	bar.Classed = classed / whole * pictureWidth
	x = bar.Classed
	for _, class := range restClasses {
		if values[class] == 0 {
			continue
		}
		words := p.class(class) + " " + p.lang.Percent(values[class]/whole)
		bar.Rest = append(bar.Rest, picturePart{X: x, Width: values[class] / whole * pictureWidth, Fill: pictureFills[class], Title: words})
		x += values[class] / whole * pictureWidth
	}
	if len(bar.Rest) > 0 {
		note := p.T["classified"] + " " + p.lang.Percent(classed/whole)
		for _, part := range bar.Rest {
			note += " · " + part.Title
		}
		bar.Note, bar.RestNote = join(bar.Note, note, "; "), note
		bar.RestY = bar.End + 4
		bar.End += 26
	}
	return bar, true
}

// miniature is the same for one line of a table: only the classed whole, and the people's line.
type miniature struct {
	Parts []picturePart
	Drops []float64
}

const miniatureWidth = 96.0

func (p *councilPage) newMiniature(rows []geo.BalanceRow, value rowValue) *miniature {
	m := &miniature{}
	classed, people := 0.0, 0.0
	for _, r := range rows {
		for _, class := range comparedClasses {
			if r.Class == class {
				classed += value(r)
			}
		}
	}
	if classed == 0 {
		return nil
	}
	x := 0.0
	for _, r := range rows {
		for _, class := range comparedClasses {
			if r.Class != class {
				continue
			}
			w := value(r) / classed * miniatureWidth
			if w > 0 {
				m.Parts = append(m.Parts, picturePart{X: x, Width: w, Fill: pictureFills[class]})
			}
			x += w
			if people += byPeople(r); people > 0 && people < 0.9999 {
				m.Drops = append(m.Drops, people*miniatureWidth)
			}
		}
	}
	return m
}

func join(a, b, separator string) string {
	if a == "" {
		return b
	}
	return a + separator + b
}
