/* Large structures as arguments and results, arrays of structures, unions and bit fields. */
#include "tests/programs/program.h"

struct matrix {
    int32_t cell[4][4];
};

struct record {
    struct matrix matrix;
    uint64_t id;
    uint8_t tag[13];
    double weight;
};

union bits64 {
    uint64_t whole;
    uint32_t half[2];
    uint8_t byte[8];
};

struct packed_date {
    unsigned day : 5;
    unsigned month : 4;
    unsigned year : 14;
    signed zone : 6;
};

static struct matrix multiply(struct matrix a, struct matrix b)
{
    struct matrix c = {0};
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 4; k++) {
            for (int m = 0; m < 4; m++) {
                c.cell[i][k] = (int32_t)((uint32_t)c.cell[i][k] +
                                         (uint32_t)a.cell[i][m] * (uint32_t)b.cell[m][k]);
            }
        }
    }
    return c;
}

static struct record make(uint64_t id)
{
    struct record record = {.id = id, .weight = (double)(id % 1000) / 8};
    for (int i = 0; i < 4; i++) {
        record.matrix.cell[i][i] = 1;
        record.matrix.cell[i][(i + 1) % 4] = (int32_t)(id >> i & 3);
    }
    for (int i = 0; i < 13; i++) {
        record.tag[i] = (uint8_t)(id >> (i * 4 % 60));
    }
    return record;
}

static struct record join(struct record a, struct record b, int take)
{
    struct record *other = take ? &b : &a;
    struct record joined = take ? a : b;
    joined.matrix = multiply(a.matrix, b.matrix);
    joined.weight += other->weight;
    joined.tag[take + 5] = other->tag[12 - take];
    return joined;
}

static uint64_t digest_record(uint64_t digest, const struct record *record)
{
    digest = digest_bytes(digest, &record->matrix, sizeof record->matrix);
    digest = digest_u64(digest, record->id);
    digest = digest_bytes(digest, record->tag, sizeof record->tag);
    return digest_f64(digest, record->weight);
}

static struct packed_date tomorrow(struct packed_date date)
{
    date.day++;
    if (date.day == 31) {
        date.day = 1;
        date.month = date.month == 12 ? 1 : date.month + 1;
        date.year += date.month == 1;
        date.zone = -date.zone + (date.month == 3);
    }
    return date;
}

PROGRAM(structs)
{
    uint64_t random = 2024;
    uint64_t digest = DIGEST_INIT;
    struct record kept = make(1);
    struct packed_date date = {1, 1, 2000, -5};
    for (uint32_t i = 0; i < n; i++) {
        struct record fresh = make(random_next(&random));
        kept = i % 3 == 0 ? join(kept, fresh, 1) : join(fresh, kept, 0);
        digest = digest_record(digest, &kept);
        union bits64 bits = {.whole = random};
        digest = digest_u64(digest, bits.half[1] + bits.byte[i % 8]);
        date = tomorrow(date);
        digest = digest_u64(digest, date.year * 10000u + date.month * 100u + date.day);
        digest = digest_u64(digest, (uint64_t)(int64_t)date.zone);
    }
    return digest;
}
