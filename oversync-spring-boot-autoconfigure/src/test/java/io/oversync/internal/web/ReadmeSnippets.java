/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.service.SyncService;
import io.oversync.web.SyncAuthenticationEntryPoint;
import io.oversync.web.SyncRequestMatcher;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.stereotype.Component;

/**
 * The code that the documentation shows. {@link ReadmeIntegrationTests} compares and runs
 * it.
 */
final class ReadmeSnippets {

	private ReadmeSnippets() {
	}

	@Configuration(proxyBeanMethods = false)
	static class Tokens {

		@Bean
		SecurityFilterChain security(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults())
					.authenticationEntryPoint(new SyncAuthenticationEntryPoint()))
				.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
				.csrf(AbstractHttpConfigurer::disable)
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Sessions {

		@Bean
		SecurityFilterChain security(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.ignoringRequestMatchers(SyncRequestMatcher.endpoints()))
				.build();
		}

	}

	@Component
	@Profile("import")
	static class ImportPosts implements ApplicationRunner {

		private static final String NEXT = """
				SELECT p.id, p.owner_id AS owner,
				       json_build_object('id', p.id, 'title', p.title, 'done', p.done::int)::text AS payload
				FROM business.posts p
				WHERE NOT EXISTS (SELECT FROM sync.sync_row_meta m
				                  WHERE m.schema_name = 'business' AND m.table_name = 'posts'
				                    AND m.pk_uuid = p.id AND m.user_id = p.owner_id)
				ORDER BY p.id
				LIMIT 500""";

		private final JdbcClient jdbc;

		private final SyncService sync;

		ImportPosts(JdbcClient jdbc, SyncService sync) {
			this.jdbc = jdbc;
			this.sync = sync;
		}

		record Post(UUID id, String owner, String payload) {

			UploadChange toChange() {
				return new UploadChange(0, "business", "posts", "INSERT", this.id.toString(), 0,
						Payload.of(this.payload));
			}

		}

		@Override
		public void run(ApplicationArguments arguments) {
			List<Post> posts = next();
			while (!posts.isEmpty()) {
				posts.stream().collect(Collectors.groupingBy(Post::owner)).forEach(this::upload);
				posts = next();
			}
		}

		private List<Post> next() {
			return this.jdbc.sql(NEXT).query(Post.class).list();
		}

		private void upload(String owner, List<Post> posts) {
			List<UploadChange> changes = posts.stream().map(Post::toChange).toList();
			for (ChangeStatus status : this.sync.upload(new SyncActor(owner, "import"), new UploadRequest(0, changes))
				.statuses()) {
				if (!(status instanceof ChangeStatus.Applied)) {
					throw new IllegalStateException("Not imported, of " + owner + ": " + status);
				}
			}
		}

	}

}
