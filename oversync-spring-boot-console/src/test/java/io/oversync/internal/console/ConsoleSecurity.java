/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import io.oversync.console.ConsoleRequestMatcher;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import static org.springframework.security.config.Customizer.withDefaults;

/**
 * The security of the documentation (docs/console.md).
 */
final class ConsoleSecurity {

	private ConsoleSecurity() {
	}

	/** Devices send tokens, operators sign in. */
	@Configuration(proxyBeanMethods = false)
	static class TokensAndOperators {

		@Bean
		@Order(1)
		SecurityFilterChain operators(HttpSecurity http) {
			return http
				.securityMatchers((requests) -> requests.requestMatchers(ConsoleRequestMatcher.console())
					.requestMatchers("/login", "/logout", "/default-ui.css"))
				// the console answers 404 to all but operators
				.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.formLogin((form) -> form.defaultSuccessUrl("/oversync-console/"))
				.build();
		}

		@Bean
		@Order(2)
		SecurityFilterChain devices(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.oauth2ResourceServer((server) -> server.jwt(withDefaults()))
				.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
				.csrf((csrf) -> csrf.disable())
				.build();
		}

	}

	/** All users sign in with a form, and have sessions. */
	@Configuration(proxyBeanMethods = false)
	static class SessionsForAll {

		@Bean
		SecurityFilterChain application(HttpSecurity http) {
			return http
				.authorizeHttpRequests((requests) -> requests.requestMatchers(ConsoleRequestMatcher.console())
					.permitAll()
					.anyRequest()
					.authenticated())
				.formLogin(withDefaults())
				.build();
		}

	}

	/** All users send a password with each request. */
	@Configuration(proxyBeanMethods = false)
	static class BasicForAll {

		@Bean
		SecurityFilterChain application(HttpSecurity http) {
			return http
				.authorizeHttpRequests((requests) -> requests.requestMatchers(ConsoleRequestMatcher.console())
					.permitAll()
					.anyRequest()
					.authenticated())
				.httpBasic(withDefaults())
				.build();
		}

	}

	/** Without the application's protection against CSRF. */
	@Configuration(proxyBeanMethods = false)
	static class SessionsWithoutCsrf {

		@Bean
		SecurityFilterChain application(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.formLogin(withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

	}

	/** An operator, and a user without the authority. */
	@Configuration(proxyBeanMethods = false)
	static class Users {

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(
					User.withUsername("operator").password("{noop}secret").authorities("OVERSYNC_ADMIN").build(),
					User.withUsername("alice")
						.password("{noop}secret")
						.authorities("ROLE_USER", "oversync_admin")
						.build());
		}

	}

}
