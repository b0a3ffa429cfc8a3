/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import io.oversync.web.SyncAuthenticationEntryPoint;
import jakarta.servlet.DispatcherType;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;

/**
 * The access rules: sign-in and health are open, everything else needs a token. The sync
 * endpoints need no rule of their own.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

	/**
	 * A chain of its own, so that a device whose token has expired can send it along and
	 * still sign in.
	 */
	@Bean
	@Order(1)
	SecurityFilterChain open(HttpSecurity http) {
		// the meters are on a port of their own, and only with the profile "monitoring"
		return http.securityMatcher("/dummy-signin", "/health", "/actuator/prometheus")
			.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.csrf(AbstractHttpConfigurer::disable)
			.build();
	}

	@Bean
	@Order(2)
	SecurityFilterChain secured(HttpSecurity http) {
		AuthenticationEntryPoint entryPoint = new SyncAuthenticationEntryPoint();
		return http
			.authorizeHttpRequests((requests) -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
				.permitAll()
				.anyRequest()
				.authenticated())
			.oauth2ResourceServer(
					(server) -> server.jwt(Customizer.withDefaults()).authenticationEntryPoint(entryPoint))
			.exceptionHandling((exceptions) -> exceptions.authenticationEntryPoint(entryPoint))
			.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.csrf(AbstractHttpConfigurer::disable)
			.build();
	}

}
