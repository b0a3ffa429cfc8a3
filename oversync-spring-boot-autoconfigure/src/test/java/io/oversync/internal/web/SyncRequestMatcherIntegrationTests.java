/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import io.oversync.test.TestPostgres;
import io.oversync.web.SyncRequestMatcher;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockServletContext;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.support.StaticWebApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/**
 * An application's filter chain with the matcher, in every kind of application context.
 */
class SyncRequestMatcherIntegrationTests {

	/** While CSRF protection applies, a POST without a token is answered 403. */
	private static void assertCsrfApplies(MockMvc http, String path) throws Exception {
		http.perform(post(path)).andExpect(status().isForbidden());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			''   | /sync/upload                          | true
			''   | /sync                                 | true
			''   | /admin/materialize-failures/retry     | true
			''   | /admin/other                          | false
			''   | /synchronous                          | false
			''   | /mvc/sync/upload                      | false
			/mvc | /mvc/sync/upload                      | true
			/mvc | /mvc/admin/materialize-failures       | true
			/mvc | /sync/upload                          | false
			/mvc | /mvc/own                              | false
			""")
	void matchesTheEndpointsBelowThePathOfTheServlet(String servletPath, String path, boolean expected) {
		assertThat(SyncRequestMatcher.endpoints().matches(request(new SyncPaths("/sync", "/admin", servletPath), path)))
			.isEqualTo(expected);
	}

	@Test
	void oneMatcherServesSeveralApplicationContexts() {
		SyncRequestMatcher matcher = SyncRequestMatcher.endpoints();
		SyncPaths first = new SyncPaths("/first", "/admin", "");
		SyncPaths second = new SyncPaths("/second", "/admin", "");
		for (int i = 0; i < 2; i++) {
			assertThat(matcher.matches(request(first, "/first/upload"))).isTrue();
			assertThat(matcher.matches(request(second, "/first/upload"))).isFalse();
			assertThat(matcher.matches(request(second, "/second/upload"))).isTrue();
		}
	}

	@Test
	void matchesNothingWithoutAnApplicationContext() {
		assertThat(SyncRequestMatcher.endpoints().matches(new MockHttpServletRequest("POST", "/sync/upload")))
			.isFalse();
	}

	private static MockHttpServletRequest request(SyncPaths paths, String path) {
		StaticWebApplicationContext context = new StaticWebApplicationContext();
		context.registerBean(SyncPaths.class, () -> paths);
		context.refresh();
		MockServletContext servletContext = new MockServletContext();
		servletContext.setAttribute(WebApplicationContext.ROOT_WEB_APPLICATION_CONTEXT_ATTRIBUTE, context);
		MockHttpServletRequest request = new MockHttpServletRequest(servletContext, "POST", path);
		if (!paths.servletPath().isEmpty() && path.startsWith(paths.servletPath())) {
			request.setServletPath(paths.servletPath());
		}
		return request;
	}

	/** The whole application, without a server. */
	@Nested
	@SpringBootTest(properties = { "spring.flyway.enabled=false", LiveApplication.WITHOUT_JPA })
	@AutoConfigureMockMvc
	@DirtiesContext
	@ContextConfiguration(classes = Application.class)
	class WithMockMvc {

		@Autowired
		private MockMvc http;

		@DynamicPropertySource
		static void database(DynamicPropertyRegistry registry) {
			registry.add("spring.datasource.url", TestPostgres::createDatabase);
		}

		@Test
		void matchesTheEndpoints() throws Exception {
			this.http.perform(post("/sync/upload")).andExpect(status().isUnauthorized());
			assertCsrfApplies(this.http, "/own");
		}

	}

	/** The whole application, with sync switched off. */
	@Nested
	@SpringBootTest(
			properties = { "spring.flyway.enabled=false", "oversync.enabled=false", LiveApplication.WITHOUT_JPA })
	@AutoConfigureMockMvc
	@DirtiesContext
	@ContextConfiguration(classes = Application.class)
	class SwitchedOff {

		@Autowired
		private MockMvc http;

		@DynamicPropertySource
		static void database(DynamicPropertyRegistry registry) {
			registry.add("spring.datasource.url", TestPostgres::createDatabase);
		}

		@Test
		void matchesNothing() throws Exception {
			assertCsrfApplies(this.http, "/sync/upload");
			assertCsrfApplies(this.http, "/own");
		}

	}

	/** A slice of the application without a database. */
	@Nested
	@WebMvcTest
	@ContextConfiguration(classes = Application.class)
	class Slice {

		@Autowired
		private MockMvc http;

		@Test
		void matchesNothing() throws Exception {
			assertCsrfApplies(this.http, "/sync/upload");
			assertCsrfApplies(this.http, "/own");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Own.class)
	static class Application {

		@Bean
		SecurityFilterChain security(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.csrf((csrf) -> csrf.ignoringRequestMatchers(SyncRequestMatcher.endpoints()))
				.build();
		}

	}

	@RestController
	static class Own {

		@PostMapping("/own")
		void post() {
		}

	}

}
