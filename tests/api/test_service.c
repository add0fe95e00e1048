/*
 * Tests of api/service.c: images that are missing, damaged or of another build, many threads at
 * once, and a storage that fails.
 */
#include "tests/api/api_fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct storage_id kit_id(void)
{
    struct storage_target target;
    struct storage_ref ref;

    ck_assert_int_eq(storage_ref_parse("kit", &ref, NULL), STORAGE_OK);
    ck_assert_int_eq(storage_resolve(fixture.storage, &ref, &target, NULL), STORAGE_OK);
    return target.id;
}

/* The image that is stored for the engine that runs; its length, 0 if there is none. */
static size_t image_size(void)
{
    const char *key = cupel_engine_image_key(service_engine(fixture.service));
    struct storage_id id = kit_id();
    struct storage_blob blob;
    size_t len = 0;

    if (storage_image_get(fixture.storage, &id, key, strlen(key), &blob, NULL) == STORAGE_OK) {
        len = blob.len;
        storage_blob_fini(&blob);
    }
    return len;
}

static void put_image(const char *key, const void *data, size_t len)
{
    struct storage_image image = {key, strlen(key), data, len};
    struct storage_id id = kit_id();

    ck_assert_int_eq(storage_image_put(fixture.storage, &id, &image, NULL), STORAGE_OK);
}

static void still_adds(void)
{
    fixture_restart(); /* nothing is cached */
    fixture_call("kit", "add", "[1,2]", NULL);
    ck_assert_int_eq(fixture_int("result.values.0"), 3);
}

START_TEST(rebuilds_damaged_images)
{
    const char *key;
    struct storage_blob blob;
    struct storage_id id;
    size_t good;

    fixture.service_settings.lazy_image_bytes = _i == 0 ? UINT64_MAX : 0;
    fixture_restart();
    fixture_put_kit();
    good = image_size();
    ck_assert_uint_gt(good, 0);
    key = cupel_engine_image_key(service_engine(fixture.service));
    id = kit_id();
    ck_assert_int_eq(storage_image_get(fixture.storage, &id, key, strlen(key), &blob, NULL),
                     STORAGE_OK);
    for (size_t at = 0; at < blob.len; at += 1 + blob.len / 40) {
        ((unsigned char *)blob.data)[at] ^= 0x40;
        put_image(cupel_engine_image_key(service_engine(fixture.service)), blob.data, blob.len);
        ((unsigned char *)blob.data)[at] ^= 0x40;
        still_adds();
        ck_assert_uint_eq(image_size(), good); /* written anew */
    }
    put_image(cupel_engine_image_key(service_engine(fixture.service)), blob.data, blob.len / 2);
    still_adds();
    put_image(cupel_engine_image_key(service_engine(fixture.service)), "", 0);
    still_adds();
    ck_assert_uint_eq(image_size(), good);
    storage_blob_fini(&blob);
}
END_TEST

START_TEST(makes_missing_images)
{
    struct api_error error;
    uint64_t purged = 0;
    size_t good;

    fixture_put_kit();
    good = image_size();
    ck_assert_int_eq(storage_image_purge(fixture.storage, "other", 5, NULL, NULL), STORAGE_OK);
    ck_assert_uint_eq(image_size(), 0);
    still_adds();
    ck_assert_uint_eq(image_size(), good);
    put_image("an older build", "x", 1);
    api_error_init(&error);
    ck_assert_int_eq(service_purge_images(fixture.service, &purged, &error), API_OK);
    ck_assert_uint_eq(purged, 1);
    ck_assert_uint_eq(image_size(), good);
    api_error_fini(&error);
}
END_TEST

static void *call_many(void *arg)
{
    const char *name = arg;

    for (int i = 0; i < 50; i++) {
        struct api_error error;
        cupel_module_t *module = NULL;
        struct storage_id id;

        api_error_init(&error);
        if (service_ready_module(fixture.service, name, &id, &module, &error) != API_OK) {
            api_error_fini(&error);
            return (void *)"failed";
        }
        cupel_module_delete(module);
        api_error_fini(&error);
    }
    return NULL;
}

START_TEST(loads_once_for_many_threads)
{
    pthread_t threads[8];
    void *failed;

    fixture_put_kit();
    fixture_restart();
    for (int i = 0; i < 8; i++) {
        pthread_create(&threads[i], NULL, call_many, "kit");
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], &failed);
        ck_assert_ptr_null(failed);
    }
    fixture_rpc(NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"system.info\"}");
    ck_assert_int_eq(fixture_int("result.cached_modules"), 1);
}
END_TEST

START_TEST(keeps_its_cache_bounded)
{
    struct strbuf module;
    char name[16];

    fixture.service_settings.cache_bytes = 100000;
    fixture_restart();
    for (unsigned i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "m%u", i);
        maker_double(&module, i);
        fixture_put(name, &module);
        fixture_call(name, "double", "[4]", NULL);
        ck_assert_int_eq(fixture_int("result.values.0"), 8);
        fixture_rpc(NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"system.info\"}");
        ck_assert_int_le(fixture_int("result.cached_bytes"), 100000);
    }
    fixture.service_settings.cache_bytes = 0;
    fixture_restart();
    fixture_call("m3", "double", "[4]", NULL);
    ck_assert_int_eq(fixture_int("result.values.0"), 8);
}
END_TEST

START_TEST(enforces_limits_on_modules)
{
    struct strbuf module;
    unsigned status;

    fixture.service_settings.enforced.functions = 5;
    fixture_restart();
    maker_kit(&module);
    status = fixture_request("POST", "/v1/modules", module.data, module.len);
    ck_assert_uint_eq(status, 422);
    ck_assert_str_eq(fixture_text("type"), "urn:cupel:problem:limit");
    ck_assert_str_eq(fixture_text("limit"), "functions");
    strbuf_fini(&module);
}
END_TEST

START_TEST(says_when_storage_fails)
{
    struct strbuf module;
    unsigned status;

    fixture_put_kit();
    ck_assert_int_eq(unlink(fixture.path), 0);
    ck_assert_uint_eq(fixture_request("GET", "/readyz", NULL, 0), 503);
    ck_assert_str_eq(fixture_text("type"), "urn:cupel:problem:unavailable");
    maker_double(&module, 1);
    status = fixture_request("POST", "/v1/modules", module.data, module.len);
    ck_assert_msg(status >= 500, "%u", status);
    ck_assert_str_ne(fixture_text("detail"), "");
    strbuf_fini(&module);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/service");
    TCase *tcase = fixture_case(suite, "service");

    tcase_add_loop_test(tcase, rebuilds_damaged_images, 0, 2);
    tcase_add_test(tcase, makes_missing_images);
    tcase_add_test(tcase, loads_once_for_many_threads);
    tcase_add_test(tcase, keeps_its_cache_bounded);
    tcase_add_test(tcase, enforces_limits_on_modules);
    tcase_add_test(tcase, says_when_storage_fails);
    return fixture_main(suite);
}
