package io.oversync.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.MediaType;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.BearerTokenAuthenticationEntryPoint;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Answers every request without a valid token with 401 and
 * {@code {"error":"authentication_failed","message":…}}: devices refresh their token on
 * 401 only.
 */
class JsonAuthenticationEntryPoint implements AuthenticationEntryPoint {

	private static final String MISSING = """
			{"error":"authentication_failed","message":"send a token: Authorization: Bearer <token>"}""";

	private static final String INVALID = """
			{"error":"authentication_failed","message":"the token has expired or is not valid: sign in again"}""";

	private final AuthenticationEntryPoint bearer = new BearerTokenAuthenticationEntryPoint();

	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException exception)
			throws IOException {
		try {
			this.bearer.commence(request, response, exception); // sets WWW-Authenticate
		}
		catch (jakarta.servlet.ServletException ex) {
			throw new IOException(ex);
		}
		boolean sent = exception instanceof OAuth2AuthenticationException;
		response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
		response.setContentType(MediaType.APPLICATION_JSON_VALUE);
		response.getOutputStream().write((sent ? INVALID : MISSING).getBytes(StandardCharsets.UTF_8));
	}

}
