package mvt

import "math/bits"

// Fields of the specification's messages with their wire types, as they are written: number · 8 + type.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2

	tagLayer = 3<<3 | wireBytes

	tagName     = 1<<3 | wireBytes
	tagFeature  = 2<<3 | wireBytes
	tagKey      = 3<<3 | wireBytes
	tagValue    = 4<<3 | wireBytes
	tagExtent   = 5<<3 | wireVarint
	tagVersion  = 15<<3 | wireVarint
	tagID       = 1<<3 | wireVarint
	tagTags     = 2<<3 | wireBytes
	tagType     = 3<<3 | wireVarint
	tagGeometry = 4<<3 | wireBytes

	tagString = 1<<3 | wireBytes
	tagDouble = 3<<3 | wireFixed64
	tagUint   = 5<<3 | wireVarint
	tagSint   = 6<<3 | wireVarint
	tagBool   = 7<<3 | wireVarint
)

func appendVarint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// varintLen is how many bytes appendVarint adds.
func varintLen(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

// appendBytes writes a field that is a string or a message.
func appendBytes[T string | []byte](b []byte, tag byte, value T) []byte {
	b = append(b, tag)
	b = appendVarint(b, uint64(len(value)))
	return append(b, value...)
}

// bytesLen is how many bytes appendBytes adds.
func bytesLen(n int) int { return 1 + varintLen(uint64(n)) + n }
