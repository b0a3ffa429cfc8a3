/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.nimbusds.jwt.JWTClaimsSet;
import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.service.SyncService;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code in the documentation runs, and its statements about the application's own
 * writes to tables that are not captured are true.
 */
@Tag("prove")
class ReadmeIntegrationTests {

	private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");

	private static final UUID POST = UUID.fromString("550e8400-e29b-41d4-a716-446655440000");

	private static final String[] POSTS = { "oversync.registered-tables[1].name=business.posts",
			"oversync.registered-tables[1].owner-column=owner_id", "oversync.registered-tables[1].capture=false" };

	private static final String[] IMPORT = { POSTS[0], POSTS[1], POSTS[2], "spring.profiles.active=import" };

	@ParameterizedTest
	@ValueSource(strings = { "README.md", "docs/existing-data.md" })
	void theCodeIsTheTestedOne(String page) throws Exception {
		String tested = squeeze(Files.readString(Path.of("src/test/java/io/oversync/internal/web/ReadmeSnippets.java"))
			.replace("static class", "class"));
		Matcher snippets = JAVA.matcher(Files.readString(Path.of("..", page)));
		int count = 0;
		while (snippets.find()) {
			assertThat(tested).contains(squeeze(snippets.group(1)));
			count++;
		}
		assertThat(count).isPositive();
	}

	private static String squeeze(String code) {
		return code.replaceAll("(?m)//.*$", "").replaceAll("\\s+", "");
	}

	@Test
	void tokensMakeNoSession() {
		try (LiveApplication application = LiveApplication.start(Tokens.class)) {
			for (String path : List.of("/sync/download", "/sync/nope", "/admin/materialize-failures", "/app")) {
				assertStateless(application.get(path), 401);
				assertStateless(application.get(path, "Authorization", "Bearer garbage"), 401);
				assertStateless(application.get(path, LiveApplication.bearer()), path.endsWith("nope") ? 404 : 200);
			}
			assertStateless(application.get("/sync/download",
					LiveApplication.bearer(new JWTClaimsSet.Builder().subject("alice"))), 401);
			assertStateless(application.post("/sync/upload", LiveApplication.UPLOAD), 401);
			assertStateless(application.post("/sync/upload", LiveApplication.UPLOAD, LiveApplication.bearer()), 200);
		}
	}

	private static void assertStateless(HttpResponse<String> answer, int status) {
		assertThat(answer.statusCode()).as(answer.toString()).isEqualTo(status);
		assertThat(answer.headers().firstValue("Set-Cookie")).as(answer.toString()).isEmpty();
		if (status == 401) {
			assertThat(answer.body()).startsWith("{\"error\":\"authentication_failed\"");
		}
	}

	@Test
	void aTransactionOfATestDoesNotRollUploadsBack() {
		try (LiveApplication application = LiveApplication.start(Tokens.class)) {
			SyncService sync = application.context().getBean(SyncService.class);
			new TransactionTemplate(application.context().getBean(PlatformTransactionManager.class))
				.executeWithoutResult((status) -> {
					sync.upload(new SyncActor("alice", "phone"), insert("app", "note", "{\"body\":\"x\"}"));
					status.setRollbackOnly();
				});
			assertThat(application.get("/sync/download?include_self=true", LiveApplication.bearer()).body())
				.contains("\"next_after\":1");
		}
	}

	@Test
	void rowsFromBeforeReachTheDevicesOfTheirOwnersOnceTheyAreImported() {
		String url = databaseWithPosts();
		TestPostgres.execute(url,
				"insert into business.posts select gen_random_uuid(), 'bob', 'Post ' || i, i % 2 = 0"
						+ " from generate_series(1, 1200) i",
				"insert into business.posts values ('" + POST + "', 'alice', 'Über \"uns\"', true)");
		try (LiveApplication application = LiveApplication.startOn(url, Tokens.class, POSTS)) {
			assertThat(application.get("/sync/download", LiveApplication.bearer()).body()).as("before the import")
				.contains("\"changes\":[]");
		}
		for (int run = 0; run < 2; run++) {
			try (LiveApplication application = LiveApplication.startOn(url, Importing.class, IMPORT)) {
				assertThat(application.get("/sync/download?limit=1000", LiveApplication.bearer()).body())
					.contains("\"payload\":{\"id\" : \"" + POST + "\", \"title\" : \"Über \\\"uns\\\"\", \"done\" : 1}")
					.contains("\"next_after\":1,");
				assertThat(application.get("/sync/download?limit=1000", bob()).body()).contains("\"has_more\":true");
				assertThat(application.get("/sync/download?limit=1000&after=1000", bob()).body())
					.contains("\"next_after\":1200,");
			}
		}
		assertThat(TestDatabases.query(url, "select count(*) from business.posts")).containsExactly("1201");
		assertThat(TestDatabases.query(url, "select title from business.posts where done and owner_id = 'alice'"))
			.containsExactly("Über \"uns\"");
		assertThat(TestDatabases.query(url, "select count(*) from sync.materialize_failures")).containsExactly("0");
	}

	@Test
	void aDeviceOverwritesAnOwnWriteUnlessItIsUploadedWithTheVersionOfTheRow() {
		String url = databaseWithPosts();
		try (LiveApplication application = LiveApplication.startOn(url, Tokens.class, POSTS)) {
			SyncService sync = application.context().getBean(SyncService.class);
			SyncActor phone = new SyncActor("alice", "phone");
			assertThat(write(sync, phone, 0, "of the phone")).isInstanceOf(ChangeStatus.Applied.class);

			TestPostgres.execute(url, "update business.posts set title = 'of the application'");
			assertThat(application.get("/sync/download?after=1", LiveApplication.bearer()).body())
				.contains("\"changes\":[]");
			assertThat(write(sync, phone, 1, "of the phone again")).isInstanceOf(ChangeStatus.Applied.class);
			assertThat(TestDatabases.query(url, "select title from business.posts"))
				.containsExactly("of the phone again");

			long version = Long.parseLong(TestDatabases
				.query(url, "select server_version from sync.sync_row_meta where pk_uuid = '" + POST + "'")
				.get(0));
			SyncActor backend = new SyncActor("alice", "backend");
			assertThat(write(sync, backend, version, "of the backend")).isInstanceOf(ChangeStatus.Applied.class);
			assertThat(application.get("/sync/download?after=2", LiveApplication.bearer()).body())
				.contains("of the backend");
			assertThat(write(sync, phone, version, "too late")).isInstanceOf(ChangeStatus.Conflict.class);
			assertThat(TestDatabases.query(url, "select title from business.posts")).containsExactly("of the backend");
		}
	}

	private static ChangeStatus write(SyncService sync, SyncActor actor, long version, String title) {
		UploadChange change = new UploadChange(0, "business", "posts", "UPDATE", POST.toString(), version,
				Payload.of("{\"title\":\"" + title + "\",\"done\":0}"));
		return sync.upload(actor, new UploadRequest(0, List.of(change))).statuses().get(0);
	}

	private static UploadRequest insert(String schema, String table, String payload) {
		return new UploadRequest(0,
				List.of(new UploadChange(1, schema, table, "INSERT", POST.toString(), 0, Payload.of(payload))));
	}

	private static String[] bob() {
		return LiveApplication.bearer(new JWTClaimsSet.Builder().subject("bob").claim("did", "phone"));
	}

	private static String databaseWithPosts() {
		String url = TestPostgres.createDatabase();
		TestPostgres.execute(url, "create schema business",
				"create table business.posts (id uuid primary key, owner_id text not null, title text not null,"
						+ " done boolean not null)");
		return url;
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Jwt.class, ReadmeSnippets.Tokens.class })
	static class Tokens {

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Tokens.class, ReadmeSnippets.ImportPosts.class })
	static class Importing {

	}

}
