# An image of mitra: dist/ and production dependencies on Node 24, as the user `node`, fit for a read-only root file system.
#   docker build -t mitra . && docker run --rm mitra --help
# What it keeps (the embedded store, the outbox) is in /var/lib/mitra.

FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# valibot can use TypeScript and need not: npm keeps it, 30 of 70 MB
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/typescript node_modules/@typescript node_modules/.bin

FROM node:24-slim
ENV NODE_ENV=production XDG_STATE_HOME=/var/lib
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /build/dist dist
COPY bin/mitra.js bin/mitra.js
COPY config config
COPY package.json LICENSE ./
RUN ln -s /app/bin/mitra.js /usr/local/bin/mitra && install -d -o node -g node /var/lib/mitra
USER node
VOLUME /var/lib/mitra
ENTRYPOINT ["mitra"]
CMD ["agent"]
