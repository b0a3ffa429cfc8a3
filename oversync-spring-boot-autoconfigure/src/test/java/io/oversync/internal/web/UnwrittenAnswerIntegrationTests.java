/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;

import io.oversync.internal.web.LiveApplication.Jwt;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.filter.OncePerRequestFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An upload is committed, and its answer cannot be written.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnwrittenAnswerIntegrationTests {

	@Test
	void saysThatTheChangesAreSaved(CapturedOutput output) {
		try (LiveApplication application = LiveApplication.start(NoMemoryForTheFirstAnswer.class)) {
			HttpResponse<String> answer = application.post("/sync/upload", LiveApplication.UPLOAD,
					LiveApplication.bearer());
			assertThat(answer.statusCode()).isEqualTo(500);
			assertThat(answer.body()).startsWith("{\"error\":\"upload_failed\",\"message\":\"The changes were saved")
				.doesNotContain("nothing was changed");
			assertThat(output).contains("its answer could not be written").contains("planted");
			assertThat(application.post("/sync/upload", LiveApplication.UPLOAD, LiveApplication.bearer()).body())
				.contains("\"highest_server_seq\":1,")
				.contains("\"status\":\"applied\",\"new_server_version\":1");
		}
	}

	/** A filter that buffers answers may do the same. */
	@Configuration(proxyBeanMethods = false)
	@Import(Jwt.class)
	static class NoMemoryForTheFirstAnswer {

		@Bean
		OncePerRequestFilter bufferingFilter() {
			AtomicInteger answers = new AtomicInteger();
			return new OncePerRequestFilter() {

				@Override
				protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response,
						FilterChain chain) throws ServletException, IOException {
					chain.doFilter(request, new HttpServletResponseWrapper(response) {

						@Override
						public void setContentLength(int length) {
							if (answers.getAndIncrement() == 0) {
								throw new OutOfMemoryError("planted");
							}
							super.setContentLength(length);
						}

					});
				}

			};
		}

	}

}
